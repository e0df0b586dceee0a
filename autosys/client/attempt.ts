import type { NetworkFault } from '../network-fault.ts';
import type { AewsEndpoint } from './endpoint.ts';
import type { Reply } from './reply.ts';
import type { WireRequest } from './request.ts';

/** The login of every request (HTTP Basic). */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

/** How long each phase of one request may take, in milliseconds. */
export interface Timeouts {
  readonly lookupMs: number;
  readonly connectMs: number;
  /** The TLS handshake. */
  readonly secureConnectMs: number;
  /** From the connection to the last byte of the request, the handshake included. */
  readonly sendMs: number;
  /** From the last byte of the request to the first of the answer. */
  readonly responseMs: number;
  /** From the first byte of the answer to its last. */
  readonly readMs: number;
  /** All of it, for one attempt at one endpoint. */
  readonly requestMs: number;
}

/** Short for what a network does, patient for what a scheduler does; all within half a minute. */
export const defaultTimeouts: Timeouts = {
  lookupMs: 2_000,
  connectMs: 3_000,
  secureConnectMs: 5_000,
  sendMs: 8_000,
  responseMs: 15_000,
  readMs: 15_000,
  requestMs: 30_000,
};

/**
 * How one attempt ended.
 *
 * - `answered`: any status with its whole body; 4xx and 5xx also where the body broke off or cannot be read
 * - `unsent`: it failed before the server had taken the connection, so no server read the request
 * - `unanswered`: it left, and no whole answer came; `stale` where a kept connection broke under it
 */
export type Attempt =
  | { readonly kind: 'answered'; readonly reply: Reply }
  | {
      readonly kind: 'unsent';
      readonly reason: string;
      readonly cause: Error;
      /** The server's certificate was not trusted; other authorities may trust it. */
      readonly distrusted?: boolean;
      /** What kept the connection from being established, where it is known. */
      readonly fault?: NetworkFault | undefined;
    }
  | {
      readonly kind: 'unanswered';
      readonly reason: string;
      readonly cause: Error;
      readonly stale: boolean;
    };

/** What belongs to one attempt. */
export interface AttemptOptions {
  readonly endpoint: AewsEndpoint;
  readonly login: BasicCredentials;
  /**
   * `kept`: over a connection that may have served before; `fresh`: over one of its own.
   *
   * A kept connection may die just as it is used, and then nobody knows whether the request arrived. What must not be
   * sent twice is worth a handshake.
   */
  readonly connection: 'kept' | 'fresh';
  readonly signal?: AbortSignal | undefined;
}

/** What takes requests to an endpoint and brings answers back. */
export interface Carrier {
  /** Tries once. @throws what reading the authorities throws, and nothing else */
  attempt(request: WireRequest, options: AttemptOptions): Promise<Attempt>;
  /** Ends idle and busy connections. */
  close(): void;
  /** When the certificate of each server ends, by the endpoint's name. @default - it does not tell */
  readonly certificateEnds?: ReadonlyMap<string, Date>;
}
