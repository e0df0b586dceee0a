import type { AutosysEvent } from '../event.ts';
import type { GlobalName, JobName } from '../names.ts';
import type { WireProfile } from './profile.ts';
import type {
  Accepted,
  CommandOutput,
  GlobalVariableReading,
  JilReply,
  JobReading,
} from './readings.ts';

/** The login of every request (HTTP Basic). */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** How long each phase of one request may take, in milliseconds. */
export interface Timeouts {
  readonly lookupMs: number;
  readonly connectMs: number;
  /** The TLS handshake. */
  readonly secureConnectMs: number;
  /** From the connection to the last byte of the request. */
  readonly sendMs: number;
  /** From the last byte of the request to the first of the answer. */
  readonly responseMs: number;
  /** From the first byte of the answer to its last. */
  readonly readMs: number;
  /** All of it, for one attempt at one endpoint. */
  readonly requestMs: number;
}

/** What a client of one AutoSys instance needs to know. */
export interface AutosysClientOptions {
  /** In order of preference, such as `https://host:9443` or `https://host:9443/AEWS`. */
  readonly endpoints: readonly string[];
  /** One or more PEM texts, instead of the authorities Node.js knows. @default - those of Node.js */
  readonly certificateAuthority?: string | readonly string[] | undefined;
  /** The name the certificate is checked against. @default - the host of the endpoint */
  readonly serverName?: string | undefined;
  /** Asked for each attempt, so that a rotated secret is picked up; it should cache. */
  readonly credentials: () => Promise<Credentials>;
  /** @default - the profile `standard` */
  readonly profile?: WireProfile | undefined;
  /** The scheduler's IANA timezone, in which autorep prints its times. @default 'UTC' */
  readonly timezone?: string | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** @default - answers carry no `acceptedAt` */
  readonly now?: (() => Date) | undefined;
  /** A longer answer is cut off and fails. @default 8 MiB */
  readonly maxReplyBytes?: number | undefined;
}

/** What every call may carry. */
export interface CallOptions {
  /** Ends the call; an event that was under way is then of unknown outcome. */
  readonly signal?: AbortSignal | undefined;
}

/** Speaks to the web services (AEWS) of one AutoSys instance over HTTPS. */
export class AutosysClient {
  constructor(options: AutosysClientOptions) {
    void options;
  }

  /** Sends one event; done when AutoSys has queued it, not when it has acted. */
  async sendEvent(event: AutosysEvent, options: CallOptions = {}): Promise<Accepted> {
    void options;
    throw new Error(`not built yet: ${event.kind}`);
  }

  /** Reads a job's status and last run. */
  async readJob(job: JobName, options: CallOptions = {}): Promise<JobReading> {
    void options;
    throw new Error(`not built yet: ${job}`);
  }

  /** Reads a global variable back. */
  async readGlobalVariable(
    globalVariable: GlobalName,
    options: CallOptions = {},
  ): Promise<GlobalVariableReading> {
    void options;
    throw new Error(`not built yet: ${globalVariable}`);
  }

  /** Reads the JIL of a job; of a box, with all its members. */
  async readJil(job: JobName, options: CallOptions = {}): Promise<string> {
    void options;
    throw new Error(`not built yet: ${job}`);
  }

  /** Loads JIL statements. */
  async loadJil(text: string, options: CallOptions = {}): Promise<JilReply> {
    void options;
    throw new Error(`not built yet: ${text.length}`);
  }

  /** Runs one AutoSys command line over there and hands back what it printed, its errors included. */
  async runCommand(command: string, options: CallOptions = {}): Promise<CommandOutput> {
    void options;
    throw new Error(`not built yet: ${command}`);
  }

  /** Closes the connections. */
  close(): void {}

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
