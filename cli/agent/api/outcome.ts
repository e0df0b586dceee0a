/** What one call of the launch API came to. */
export type ApiOutcome<Body> =
  /** The API answered. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: Body;
      /** From the header `Retry-After`. */
      readonly retryAfterMs: number | undefined;
    }
  /** Repeating the call does not help now. */
  | {
      readonly kind: 'refused';
      /** 0 if there was no HTTP answer, such as for a wrong certificate. */
      readonly status: number;
      readonly exit: number;
      /** For stderr: what is wrong, every fault, and what to do. */
      readonly lines: readonly string[];
      /**
       * True for a refusal by the launch API itself, and for a rejected login. Others come from a
       * gateway or a proxy, and may end.
       */
      readonly isFinal: boolean;
    }
  /** 429 or 503 in words of the launch API: the caller is to wait. */
  | {
      readonly kind: 'busy';
      readonly words: string;
      readonly retryAfterMs: number | undefined;
      /**
       * False if the request may have had an effect: an answer that something is not available may
       * follow a call of AWS, and is also that of a gateway whose function took too long.
       */
      readonly hadNoEffect: boolean;
    }
  /** 429 of the gateway. Nothing was executed. */
  | {
      readonly kind: 'throttled';
      readonly retryAfterMs: number | undefined;
      /** @default - the answer of the gateway */
      readonly reason?: string;
    }
  /** No usable answer. */
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** False if the request certainly did not arrive. */
      readonly isSent: boolean;
    };

/** One HTTPS request. */
export interface ExchangeRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query, after the path of the URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

/** The result of one HTTPS request, before its meaning is known. */
export type ExchangeResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | undefined>>;
      readonly body: string;
    }
  /** The request was certainly not sent. */
  | { readonly kind: 'unreached'; readonly reason: string }
  /** The connection is refused for a reason that does not pass: its certificate, or the proxy. */
  | { readonly kind: 'untrusted'; readonly reason: string }
  /** The request may have been received; no whole answer arrived. */
  | { readonly kind: 'lost'; readonly reason: string };
