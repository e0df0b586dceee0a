import { definitionsCommand } from '../autorep/index.ts';
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
import { readGlobalFrom, readGlobalsFrom } from './global-reader.ts';
import { readJobsFrom } from './job-list-reader.ts';
import { type ReaderDeps, readJobFrom } from './job-reader.ts';
import type { AutosysClientOptions, CallOptions } from './options.ts';
import type { WireProfile } from './profile.ts';
import type {
  Accepted,
  CommandOutput,
  GlobalListReading,
  GlobalVariableReading,
  JilReply,
  JobEventsReading,
  JobListReading,
  JobReading,
  JobRunsReading,
} from './readings.ts';
import { fieldOf } from './reply.ts';
import { toFields } from './request.ts';
import { readJobRunsFrom } from './run-reader.ts';
import { Transport } from './transport.ts';
import {
  isRejection,
  readCommandOutput,
  readJilText,
  toAcceptanceError,
  toProtocolError,
  toRejection,
} from './wire.ts';

/**
 * Client of the web services (AEWS) of one AutoSys instance, over HTTPS.
 *
 * Every method throws an {@link AutosysError} with its disposition. No method repeats a change of
 * AutoSys; the caller decides that with `decideNext`. Certificates are always verified. This cannot
 * be turned off.
 */
export class AutosysClient {
  readonly #profile: WireProfile;
  readonly #transport: Carrier;
  readonly #caller: Caller;
  readonly #reader: ReaderDeps;
  readonly #now: (() => Date) | undefined;
  readonly #clock: ClockWatch;

  /** @throws {NameError} for an invalid endpoint, and for an authority that is not a certificate */
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
    this.#reader = {
      caller: this.#caller,
      profile: this.#profile,
      timezone: options.timezone ?? 'UTC',
    };
  }

  /** Sends one event. Resolves when AutoSys has queued it, before the scheduler processes it. */
  async sendEvent(event: AutosysEvent, { signal, notAfter }: CallOptions = {}): Promise<Accepted> {
    const doing = describeEvent(event);
    const template = this.#require(this.#profile.events[event.kind], doing);
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

    const { reply, endpoint } = await this.#caller.requestSuccess(call);

    const error = toAcceptanceError(reply, template.success ?? this.#profile.success, call);
    if (error !== undefined) throw error;
    const acceptedAt = this.#now?.();
    const accepted = { endpoint: endpoint.name, httpStatus: reply.httpStatus };
    return acceptedAt === undefined ? accepted : { ...accepted, acceptedAt };
  }

  /**
   * Reads the status and the last run of a job, from as many addresses as necessary.
   *
   * @throws {JobNotFoundError} if AutoSys has no such job
   */
  async readJob(job: JobName, { signal }: CallOptions = {}): Promise<JobReading> {
    return readJobFrom(this.#reader, job, signal);
  }

  /**
   * Reads several jobs in one request, or one job in one request. `unreadable` is a result, not an
   * error. A job that AutoSys does not have is missing in the list.
   *
   * @param pattern a job name, or a pattern of autorep such as `LOAD_%`
   */
  async readJobs(pattern: string, { signal }: CallOptions = {}): Promise<JobListReading> {
    return readJobsFrom(this.#reader, pattern, signal);
  }

  /**
   * Reads the events and statuses of a job in one run. `unreadable` is a result, not an error.
   *
   * @param options - `runsBack`: 0 for the current run, 1 for the run before it
   * @throws {JobNotFoundError} if AutoSys has no such job
   */
  async readJobEvents(
    job: JobName,
    { runsBack = 0, signal }: CallOptions & { readonly runsBack?: number } = {},
  ): Promise<JobEventsReading> {
    return readJobEventsFrom(this.#reader, { job, runsBack, signal });
  }

  /**
   * Reads the last runs of a job, the newest first. `unreadable` is a result, not an error.
   *
   * @param options - `runs`: maximum number of runs; each is one request
   * @throws {JobNotFoundError} if AutoSys has no such job
   */
  async readJobRuns(
    job: JobName,
    { runs, signal }: CallOptions & { readonly runs: number },
  ): Promise<JobRunsReading> {
    return readJobRunsFrom(this.#reader, { job, runs, signal });
  }

  /** Reads a global variable. `unreadable` is a result, not an error. */
  async readGlobalVariable(
    globalVariable: GlobalName,
    { signal }: CallOptions = {},
  ): Promise<GlobalVariableReading> {
    return readGlobalFrom(this.#reader, globalVariable, signal);
  }

  /**
   * Reads several global variables in one request. `unreadable` is a result, not an error.
   *
   * @param pattern `ALL`, or a pattern of autorep such as `AWS_%`; not a name without a wildcard
   */
  async readGlobalVariables(
    pattern: string,
    { signal }: CallOptions = {},
  ): Promise<GlobalListReading> {
    return readGlobalsFrom(this.#reader, pattern, signal);
  }

  /**
   * Reads the JIL of a job. For a box, it includes all members.
   *
   * @throws {JobNotFoundError} if AutoSys has no such job
   */
  async readJil(job: JobName, { signal }: CallOptions = {}): Promise<string> {
    const doing = `reading the JIL of ${job}`;
    const template = this.#require(this.#profile.readJil, doing);
    const jobAddress = template.path.includes('{job}');
    const request = { doing, template, fields: { job }, job, jobAddress };
    // This address answers 406 if JSON is requested (seen live).
    const accept = template.reads === 'text' ? { accept: 'text/plain' } : {};
    const call = { ...request, ...accept, changes: false, repeatable: true, signal };
    const { reply } = await this.#caller.requestSuccess(call);
    return readJilText(reply, call);
  }

  /** Reads the JIL of all jobs. A member of a box may occur twice. See {@link definitionsCommand}. */
  async readDefinitions(options: CallOptions = {}): Promise<string> {
    const { stdOut } = await this.runCommand(definitionsCommand, options);
    return stdOut.join('\n');
  }

  /**
   * Loads JIL statements.
   *
   * @throws {AutosysRefusedError} if AutoSys accepted the request and rejected the JIL
   */
  async loadJil(text: string, { signal }: CallOptions = {}): Promise<JilReply> {
    const doing = 'loading JIL';
    const template = this.#require(this.#profile.loadJil, doing);
    const call = { doing, template, fields: {}, text, changes: true, repeatable: false, signal };
    const { reply } = await this.#caller.requestSuccess(call);
    if (isRejection(reply)) throw toRejection(reply, call);
    if (reply.shape === 'page' || reply.shape === 'unreadable') {
      throw toProtocolError(reply, doing, 'JSON with a status');
    }
    const status = fieldOf(reply.json, 'status');
    const { httpStatus, said, messages } = reply;
    return { httpStatus, status: typeof status === 'string' ? status : '', said, messages };
  }

  /**
   * Runs one AutoSys command line on the AutoSys server. Returns its output and its error output.
   */
  async runCommand(command: string, { signal }: CallOptions = {}): Promise<CommandOutput> {
    const doing = `running ${command.trim().split(/\s/, 1).join('')}`;
    const template = this.#require(this.#profile.runCommand, doing);
    const changes = !/^\s*(?:autorep|autostatus|job_depends)\b/.test(command);
    const call = { doing, template, fields: { command }, changes, repeatable: !changes, signal };
    const { reply } = await this.#caller.requestSuccess(call);
    const output = readCommandOutput(reply);
    if (output === undefined) throw toProtocolError(reply, doing, 'stdOut or stdErr');
    return output;
  }

  /**
   * End dates of the server certificates so far, by host and port. Empty if the carrier has none.
   */
  get certificateEnds(): ReadonlyMap<string, Date> {
    return this.#transport.certificateEnds ?? new Map();
  }

  /** Whether the clock of AutoSys differs from the local clock by more than two minutes. */
  get clockDiffers(): boolean {
    return this.#clock.differs;
  }

  /** How far the clock of AutoSys is ahead. Undefined up to a difference of two minutes. */
  get clockDifference(): { readonly ms: number } | undefined {
    const ms = this.#clock.differenceMs;
    return ms !== undefined && this.clockDiffers ? { ms } : undefined;
  }

  /** Closes the connections. Calls in progress fail. */
  close(): void {
    this.#transport.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** @throws {UnsupportedByProfileError} if the profile has no such request */
  #require<Template>(template: Template | undefined, doing: string): Template {
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
