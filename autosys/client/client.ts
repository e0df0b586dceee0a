import { NameError, UnsupportedByProfileError } from '../errors.ts';
import { type AutosysEvent, describeEvent, toTrait } from '../event.ts';
import type { GlobalName, JobName } from '../names.ts';
import { type Carrier, defaultTimeouts } from './attempt.ts';
import { parseAuthorities } from './authority.ts';
import { wireProfiles } from './built-in-profiles.ts';
import { type Call, Caller } from './caller.ts';
import { ClockWatch } from './clock-watch.ts';
import { parseEndpoint } from './endpoint.ts';
import { readJobEventsFrom } from './event-reader.ts';
import { readGlobalList, takesPattern } from './global-list.ts';
import { readGlobalReply } from './global-reply.ts';
import { type JobReaderOptions, readJobFrom } from './job-reader.ts';
import type { AutosysClientOptions, CallOptions } from './options.ts';
import type { WireProfile } from './profile.ts';
import type {
  Accepted,
  CommandOutput,
  GlobalListReading,
  GlobalVariableReading,
  JilReply,
  JobEventsReading,
  JobReading,
} from './readings.ts';
import { fieldOf } from './reply.ts';
import { toFields } from './request.ts';
import { Transport } from './transport.ts';
import {
  readCommandOutput,
  readJilText,
  saysNo,
  toAcceptanceError,
  toError,
  toProtocolError,
  toRefusal,
} from './wire.ts';

/** Reading changes nothing, so it may always be repeated. */
const reading = { changes: false, repeatable: true } as const;

/**
 * Speaks to the web services (AEWS) of one AutoSys instance over HTTPS.
 *
 * Every method throws an {@link AutosysError} with its disposition, and repeats nothing that changes AutoSys:
 * that is for `decideNext` and the caller. Certificates are always verified; there is no way to turn that off.
 */
export class AutosysClient {
  readonly #profile: WireProfile;
  readonly #transport: Carrier;
  readonly #caller: Caller;
  readonly #jobReader: JobReaderOptions;
  readonly #now: (() => Date) | undefined;
  readonly #clock: ClockWatch;

  /** @throws {NameError} where an endpoint is none, is not HTTPS, or carries a login, or an authority is no certificate */
  constructor(options: AutosysClientOptions) {
    const endpoints = options.endpoints.map(parseEndpoint);
    if (endpoints.length === 0) {
      throw new NameError({
        what: 'AutoSys endpoints',
        found: 'none',
        allowed: 'one or more URLs',
      });
    }
    this.#profile = options.profile ?? wireProfiles.standard;
    this.#now = options.now;
    this.#clock = new ClockWatch(options.onClockDifference);
    this.#transport = options.carrier ?? toTransport(options);
    this.#caller = new Caller({
      endpoints,
      transport: this.#transport,
      profile: this.#profile,
      credentials: options.credentials,
      now: options.now ?? (() => new Date()),
      clock: this.#clock,
    });
    this.#jobReader = {
      caller: this.#caller,
      profile: this.#profile,
      timezone: options.timezone ?? 'UTC',
    };
  }

  /** Sends one event; done when AutoSys has queued it, not when it has acted. */
  async sendEvent(event: AutosysEvent, { signal, notAfter }: CallOptions = {}): Promise<Accepted> {
    const doing = describeEvent(event);
    const template = this.#spoken(this.#profile.events[event.kind], doing);
    const { repeatable, starts } = toTrait(event.kind);
    const call: Call = {
      doing,
      template,
      fields: toFields(event, template),
      changes: true,
      repeatable,
      job: 'job' in event ? event.job : undefined,
      jobAddress: template.path.includes('{job}'),
      starts,
      signal,
      notAfter,
    };

    const { reply, endpoint } = await this.#caller.demand(call);

    const error = toAcceptanceError(reply, template.success ?? this.#profile.success, call);
    if (error !== undefined) throw error;
    const acceptedAt = this.#now?.();
    const accepted = { endpoint: endpoint.name, httpStatus: reply.httpStatus };
    return acceptedAt === undefined ? accepted : { ...accepted, acceptedAt };
  }

  /**
   * Reads a job's status and last run, asking as many addresses as it takes.
   *
   * @throws {JobNotFoundError} where AutoSys has no such job
   */
  async readJob(job: JobName, { signal }: CallOptions = {}): Promise<JobReading> {
    return readJobFrom(this.#jobReader, job, signal);
  }

  /**
   * Reads what was sent to a job and what came of it, in its present run or in one before; that the release cannot tell
   * is a result, not an error.
   *
   * @param options - `runsBack`: 0 for the present run, 1 for the one before it
   * @throws {JobNotFoundError} where AutoSys has no such job
   */
  async readJobEvents(
    job: JobName,
    { runsBack = 0, signal }: CallOptions & { readonly runsBack?: number } = {},
  ): Promise<JobEventsReading> {
    return readJobEventsFrom(this.#jobReader, { job, runsBack, signal });
  }

  /** Reads a global variable back; that the release cannot tell is a result, not an error. */
  async readGlobalVariable(
    globalVariable: GlobalName,
    { signal }: CallOptions = {},
  ): Promise<GlobalVariableReading> {
    const template = this.#profile.readGlobalVariable;
    if (template === undefined) {
      const reason = `the wire profile ${this.#profile.name} has no request for it`;
      return { kind: 'unreadable', reason };
    }
    const doing = `reading global variable ${globalVariable}`;
    const call = { doing, template, fields: { globalVariable }, ...reading, signal };
    const { reply } = await this.#caller.ask(call);
    const found = readGlobalReply(reply, template, globalVariable);
    if (found !== undefined) return found;
    throw toError(reply, call) ?? toProtocolError(reply, doing, 'the value of the variable');
  }

  /**
   * Reads several global variables in one request; that the release cannot do so is a result, not an error.
   *
   * @param pattern `ALL`, or a pattern of autorep such as `AWS_%`; a name without a wildcard is no pattern
   */
  async readGlobalVariables(
    pattern: string,
    { signal }: CallOptions = {},
  ): Promise<GlobalListReading> {
    const template = this.#profile.readGlobalVariable;
    if (template === undefined || !takesPattern(template)) {
      const reason = `the wire profile ${this.#profile.name} has no request for several variables`;
      return { kind: 'unreadable', reason };
    }
    const doing = `reading global variables ${pattern}`;
    const call = { doing, template, fields: { globalVariable: pattern }, ...reading, signal };
    const { reply } = await this.#caller.ask(call);
    const list = readGlobalList(reply, this.#jobReader.timezone);
    if (list !== undefined) return list;
    throw toError(reply, call) ?? toProtocolError(reply, doing, 'a list of variables');
  }

  /**
   * Reads the JIL of a job; of a box, with all its members.
   *
   * @throws {JobNotFoundError} where AutoSys has no such job
   */
  async readJil(job: JobName, { signal }: CallOptions = {}): Promise<string> {
    const doing = `reading the JIL of ${job}`;
    const template = this.#spoken(this.#profile.readJil, doing);
    const jobAddress = template.path.includes('{job}');
    const about = { doing, template, fields: { job }, job, jobAddress, ...reading, signal };
    // JSON asked of this address is answered with 406 (seen live).
    const call = template.reads === 'text' ? { ...about, accept: 'text/plain' } : about;
    const { reply } = await this.#caller.demand(call);
    return readJilText(reply, call);
  }

  /**
   * Loads JIL statements.
   *
   * @throws {AutosysRefusedError} where AutoSys took the request and refused the JIL
   */
  async loadJil(text: string, { signal }: CallOptions = {}): Promise<JilReply> {
    const doing = 'loading JIL';
    const template = this.#spoken(this.#profile.loadJil, doing);
    const call = { doing, template, fields: {}, text, changes: true, repeatable: false, signal };
    const { reply } = await this.#caller.demand(call);
    if (saysNo(reply)) throw toRefusal(reply, call);
    if (reply.shape === 'page' || reply.shape === 'unreadable') {
      throw toProtocolError(reply, doing, 'JSON with a status');
    }
    const status = fieldOf(reply.json, 'status');
    const { httpStatus, said, messages } = reply;
    return { httpStatus, status: typeof status === 'string' ? status : '', said, messages };
  }

  /** Runs one AutoSys command line over there and hands back what it printed, its errors included. */
  async runCommand(command: string, { signal }: CallOptions = {}): Promise<CommandOutput> {
    const doing = `running ${command.trim().split(/\s/, 1).join('')}`;
    const template = this.#spoken(this.#profile.runCommand, doing);
    const changes = !/^\s*(?:autorep|autostatus|job_depends)\b/.test(command);
    const call = { doing, template, fields: { command }, changes, repeatable: !changes, signal };
    const { reply } = await this.#caller.demand(call);
    const output = readCommandOutput(reply);
    if (output === undefined) throw toProtocolError(reply, doing, 'stdOut or stdErr');
    return output;
  }

  /** When the certificates of the servers end that were met so far, by host and port; a carrier of one's own may know none. */
  get certificateEnds(): ReadonlyMap<string, Date> {
    return this.#transport.certificateEnds ?? new Map();
  }

  /** Whether the clocks differ by more than two minutes, so that times of AutoSys cannot be compared with ours. */
  get clockDiffers(): boolean {
    return this.#clock.differs;
  }

  /** How far the clock of AutoSys is ahead of ours, in milliseconds, where it differs by more than two minutes. */
  get clockDifference(): { readonly ms: number } | undefined {
    const ms = this.#clock.differenceMs;
    return ms !== undefined && this.clockDiffers ? { ms } : undefined;
  }

  /** Closes the connections; what is under way fails. */
  close(): void {
    this.#transport.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #spoken<Template>(template: Template | undefined, doing: string): Template {
    if (template !== undefined) return template;
    throw new UnsupportedByProfileError({ doing, profile: this.#profile.name });
  }
}

function toTransport(options: AutosysClientOptions): Transport {
  const { certificateAuthority, serverName, timeouts, maxReplyBytes } = options;
  return new Transport({
    authorities:
      certificateAuthority === undefined || typeof certificateAuthority === 'function'
        ? certificateAuthority
        : parseAuthorities(certificateAuthority),
    serverName,
    timeouts: { ...defaultTimeouts, ...timeouts },
    maxReplyBytes: maxReplyBytes ?? 8 * 1024 * 1024,
  });
}
