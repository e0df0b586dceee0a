import type { BasicCredentials, Carrier, Timeouts } from './attempt.ts';
import type { ReadAuthorities } from './connections.ts';
import type { WireProfile } from './profile.ts';

/** What a client of one AutoSys instance needs to know. */
export interface AutosysClientOptions {
  /** In order of preference, such as `https://host:9443` or `https://host:9443/AEWS`. */
  readonly endpoints: readonly string[];
  /**
   * One or more PEM texts, or what reads them, instead of the authorities Node.js knows.
   *
   * What reads them is asked before each request, and once more when a server was not trusted: so a bundle that changes
   * is picked up. Connections made under the old one end with what is under way.
   *
   * @default - those of Node.js
   */
  readonly certificateAuthority?: string | readonly string[] | ReadAuthorities | undefined;
  /** The name the certificate is checked against. @default - the host of the endpoint */
  readonly serverName?: string | undefined;
  /** Asked for each attempt, so that a rotated secret is picked up; it should cache. */
  readonly credentials: () => Promise<BasicCredentials>;
  /** @default - the profile `standard` */
  readonly profile?: WireProfile | undefined;
  /** The scheduler's IANA timezone, in which autorep prints its times. @default 'UTC' */
  readonly timezone?: string | undefined;
  /** @default - {@link defaultTimeouts}; what is left out keeps its default */
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** @default - the system's clock, and acceptances carry no `acceptedAt` */
  readonly now?: (() => Date) | undefined;
  /**
   * Notified of each answer of AEWS whose `Date` differs from `now` by more than two minutes, with the milliseconds by which
   * the clock of AutoSys is ahead; negative where it is behind.
   *
   * @default - nothing is notified
   */
  readonly onClockDifference?: ((differenceMs: number) => void) | undefined;
  /** A longer answer is cut off and counts as none. @default 8 MiB */
  readonly maxReplyBytes?: number | undefined;
  /**
   * Carries the requests in the place of sockets; authorities, server name, timeouts and bounds are then its own affair.
   *
   * @default - HTTPS
   */
  readonly carrier?: Carrier | undefined;
}

/** What every call may carry. */
export interface CallOptions {
  /** Ends the call; an event that was under way is then of unknown outcome. */
  readonly signal?: AbortSignal | undefined;
  /** After this instant nothing is sent any more, to no endpoint. @default - none */
  readonly notAfter?: Date | undefined;
}
