import type { BasicCredentials, Carrier, Timeouts } from './attempt.ts';
import type { ReadAuthorities } from './connections.ts';
import type { WireProfile } from './profile.ts';

/** Options of the client of one AutoSys instance. */
export interface AutosysClientOptions {
  /** In order of preference, such as `https://host:9443` or `https://host:9443/AEWS`. */
  readonly endpoints: readonly string[];
  /**
   * Certificate authorities to trust: one or more PEM texts, or a function that reads them.
   *
   * The function is called before each request, and again when a server was not trusted. So a
   * changed bundle is used at once. Older connections are closed when their requests have ended.
   *
   * @default - those of Node.js
   */
  readonly certificateAuthority?: string | readonly string[] | ReadAuthorities | undefined;
  /** The name that the certificate must have. @default - the host of the endpoint */
  readonly serverName?: string | undefined;
  /** Called for each attempt, so that a rotated secret is used. It should cache. */
  readonly credentials: () => Promise<BasicCredentials>;
  /** @default - the profile `standard` */
  readonly profile?: WireProfile | undefined;
  /** The IANA timezone of the scheduler, in which autorep prints times. @default 'UTC' */
  readonly timezone?: string | undefined;
  /** @default - {@link defaultTimeouts}; missing fields keep their default */
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** The clock. @default - the system clock; `Accepted` then has no `acceptedAt` */
  readonly now?: (() => Date) | undefined;
  /**
   * Called for each reply of AEWS whose `Date` differs from `now` by more than two minutes.
   *
   * The argument is the number of milliseconds by which the clock of AutoSys is ahead; negative if
   * it is behind.
   *
   * @default - none
   */
  readonly onClockDifference?: ((differenceMs: number) => void) | undefined;
  /** Maximum size of a reply. A longer one is discarded and counts as no reply. @default 8 MiB */
  readonly maxReplyBytes?: number | undefined;
  /**
   * Sends the requests instead of the HTTPS transport.
   *
   * Authorities, server name, timeouts and size limits of these options are then not used.
   *
   * @default - HTTPS
   */
  readonly carrier?: Carrier | undefined;
}

/** Options of every call. */
export interface CallOptions {
  /** Aborts the call. The outcome of an event that was being sent is then unknown. */
  readonly signal?: AbortSignal | undefined;
  /** After this instant the client sends nothing more, to any endpoint. @default - none */
  readonly notAfter?: Date | undefined;
}
