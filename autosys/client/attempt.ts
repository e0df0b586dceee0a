import type { NetworkFault } from '../network-fault.ts';
import type { AewsEndpoint } from './endpoint.ts';
import type { Reply } from './reply.ts';
import type { WireRequest } from './request.ts';

/** The login of a request (HTTP Basic). */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

/** Maximum duration of each phase of one request, in milliseconds. */
export interface Timeouts {
  readonly lookupMs: number;
  readonly connectMs: number;
  /** The TLS handshake. */
  readonly secureConnectMs: number;
  /** From the connection to the last byte of the request, including the handshake. */
  readonly sendMs: number;
  /** From the last byte of the request to the first byte of the reply. */
  readonly responseMs: number;
  /** From the first to the last byte of the reply. */
  readonly readMs: number;
  /** One whole attempt at one endpoint. */
  readonly requestMs: number;
}

/** Short limits for the network, longer limits for the scheduler, 30 seconds in total. */
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
 * The result of one attempt.
 *
 * - `answered`: any status with its whole body; 4xx and 5xx also with a partial or unreadable body
 * - `unsent`: it failed before the connection was established, so no server read the request
 * - `unanswered`: it was sent, and no complete reply arrived; `stale` if it used a kept connection
 */
export type Attempt =
  | { readonly kind: 'answered'; readonly reply: Reply }
  | {
      readonly kind: 'unsent';
      readonly reason: string;
      readonly cause: Error;
      /** The certificate of the server was not trusted. Other authorities may trust it. */
      readonly distrusted?: boolean;
      /** The fault that prevented the connection. Undefined if it is unknown. */
      readonly fault?: NetworkFault | undefined;
    }
  | {
      readonly kind: 'unanswered';
      readonly reason: string;
      readonly cause: Error;
      readonly stale: boolean;
    };

/** Endpoint, login, connection and cancellation of one attempt. */
export interface AttemptOptions {
  readonly endpoint: AewsEndpoint;
  readonly login: BasicCredentials;
  /**
   * `kept`: a connection that earlier requests may have used. `fresh`: a new connection.
   *
   * A kept connection may be closed while it is used; then the outcome is unknown. So a request
   * that must not be sent twice uses a new connection.
   */
  readonly connection: 'kept' | 'fresh';
  readonly signal?: AbortSignal | undefined;
}

/** Sends requests to an endpoint and returns the replies. */
export interface Carrier {
  /** Makes one attempt. Throws only what reading the certificate authorities throws. */
  attempt(request: WireRequest, options: AttemptOptions): Promise<Attempt>;
  /** Closes idle and busy connections. */
  close(): void;
  /** End date of the certificate of each server, by the name of the endpoint. @default - unknown */
  readonly certificateEnds?: ReadonlyMap<string, Date>;
}
