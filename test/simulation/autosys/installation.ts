import type { WireRequest } from '../../../autosys/client/request.ts';
import { type AutosysInstance, parseAutosysInstance } from '../../../autosys/names.ts';
import { Instance } from '../../../emulator/instance.ts';
import type { InstanceOptions, QueuedEvent } from '../../../emulator/instance-types.ts';
import { deadlineMs } from '../deployment.ts';
import type { World } from '../world.ts';
import type { Account } from './account.ts';
import { evaluateRequest, nameRequestedEvent } from './evaluate-request.ts';
import { Recorder } from './recorder.ts';
import { drawFault, type FaultProfile, noFaults, type RequestFault } from './request-faults.ts';
import {
  answered,
  outcomeByFault,
  type RequestContext,
  type RequestOutcome,
  refusedConnection,
  unauthorized,
} from './request-outcomes.ts';
import { VariableHistory } from './variable-history.ts';

/** A request that arrives at a web server. */
export interface IncomingRequest {
  readonly origin: string;
  readonly request: WireRequest;
  /** User name and password of Basic authentication. */
  readonly login: { readonly username: string; readonly password: string };
  /** When its sender was last thawed or resumed, in milliseconds. */
  readonly resumedMs: number;
  /** When it left its sender, in milliseconds. */
  readonly sentMs: number;
  /** Name of the instance in the configuration of its sender. */
  readonly configuredName: AutosysInstance;
  /** True when a maintenance window was open at `sentMs` by the clock of the sender. */
  readonly knowsWindow: boolean;
}

export interface InstallationOptions {
  readonly world: World;
  readonly name: string;
  readonly jil: string;
  /** Web servers, the primary first. */
  readonly origins: readonly string[];
  readonly account: Account;
  /** Whether the scheduler may stall for hours. @default true */
  readonly stallsForHours?: boolean;
  /** Further settings of the embedded AutoSys. @default - its defaults */
  readonly scheduler?: Pick<InstanceOptions, 'runs' | 'retryDelayMs' | 'retriesShow'>;
}

const hourMs = 3_600_000;
const withoutFault = {
  accepts: true,
  end: ({ regular }: RequestContext) => answered(regular),
} as const;
/** The context when no part of the request has arrived. */
const nothingArrived: RequestContext = { regular: { status: 0 }, basic: '' };

/** Faults of a read after which the bridge may conclude that AutoSys cannot show the value. */
const rejections: ReadonlySet<RequestFault> = new Set([
  '400',
  '403',
  '404',
  'empty 404',
  '200 with an error line',
  'HTML page',
  'HTML page after acceptance',
]);

/**
 * One simulated AutoSys: the embedded scheduler behind one or two web servers, with injected
 * faults.
 */
export class Installation {
  readonly instance: Instance;
  readonly recorder: Recorder;
  readonly #world: World;
  readonly #origins: readonly string[];
  readonly #account: Account;
  readonly #stallsForHours: boolean;
  #faultProfile: FaultProfile = noFaults;
  #isInMaintenance = false;
  readonly variableHistory: VariableHistory;
  /** Index of the active web server. The other one is down or on standby. */
  #activeServer = 0;
  #isFailingOver = false;

  constructor(options: InstallationOptions) {
    const { world, name, jil, origins, account, stallsForHours = true } = options;
    this.#world = world;
    this.#stallsForHours = stallsForHours;
    this.#origins = origins;
    this.#account = account;
    const eventDelayMs = world.between(20, world.pick([300, 300, 1_500]));
    this.instance = new Instance({
      ...options.scheduler,
      name: parseAutosysInstance(name),
      clock: world,
      eventDelayMs,
      showsTrimmedValues: world.chance(0.3),
    });
    this.instance.loadJil({ name: 'scenario.jil', text: jil });
    this.recorder = new Recorder(world, this.instance);
    this.variableHistory = new VariableHistory(world, this.instance);
  }

  get name() {
    return this.instance.name;
  }

  get faultProfile(): FaultProfile {
    return this.#faultProfile;
  }

  /** Sets the faults that requests meet from now on. */
  setFaultProfile(faultProfile: FaultProfile): void {
    if (faultProfile === this.#faultProfile) return;
    this.#faultProfile = faultProfile;
    this.#world.log(() => `${this.name}: fault profile "${faultProfile.name}"`);
    this.recorder.outages.setDown(faultProfile.outage, this.#world.nowMs);
    if (faultProfile.outage) this.#world.count('outages');
  }

  /** Opens or closes a maintenance window. Connections are refused while it is open. */
  setMaintenance(isInMaintenance: boolean): void {
    this.#isInMaintenance = isInMaintenance;
    this.recorder.windowMs = isInMaintenance ? this.#world.nowMs : undefined;
    this.#world.log(
      () => `${this.name}: maintenance window ${isInMaintenance ? 'opens' : 'closes'}`,
    );
    if (isInMaintenance) this.#world.count('maintenance windows');
  }

  /**
   * Stops the active web server. The other one takes over after `afterMs`.
   *
   * @param lostMs how much of the newest variable history the standby lacks, as with a lagging
   * replica
   */
  failOver({ afterMs, lostMs }: { readonly afterMs: number; readonly lostMs: number }): void {
    const other = this.#origins.length - 1 - this.#activeServer;
    this.#isFailingOver = true;
    this.#world.count('failovers');
    this.#world.log(() => `${this.name} fails over, losing ${lostMs / 1000} s`);
    this.#world.after(afterMs, () => {
      this.#activeServer = other;
      this.#isFailingOver = false;
      this.variableHistory.restore(lostMs);
    });
  }

  /** Handles a request that arrives at one of its web servers. */
  receive(incoming: IncomingRequest): RequestOutcome {
    const { origin, request, login } = incoming;
    const { recorder } = this;
    recorder.recordRequest(incoming);
    const isReachable = !this.#isInMaintenance && !this.#isFailingOver;
    if (!isReachable || origin !== this.#origins[this.#activeServer]) {
      return refusedConnection;
    }
    const fault = drawFault(this.#world, this.#faultProfile, request.path.includes('/event/'));
    if (fault === 'connection refused' || fault === 'connection timeout') {
      return outcomeByFault[fault].end(nothingArrived);
    }
    const basic = Buffer.from(`${login.username}:${login.password}`).toString('base64');
    if (!this.#account.checkPassword(login.password)) {
      this.#world.log(() => `${this.name} rejects the login of secret ${this.#account.secret}`);
      return unauthorized;
    }
    const evaluation = evaluateRequest(request, this.instance, this.#world);
    if (evaluation.event) recorder.onSend(evaluation.event, incoming);
    const eventName = evaluation.event && nameRequestedEvent(evaluation.event);
    if (fault) this.#recordFault(fault, eventName, incoming);
    if (fault === 'scheduler stalled') this.#stall();
    const { accepts, end } = fault ? outcomeByFault[fault] : withoutFault;
    if (accepts && evaluation.event) this.#accept(evaluation.event, incoming);
    return end({ regular: evaluation.answer, basic });
  }

  #recordFault(
    fault: RequestFault,
    eventName: string | undefined,
    { request, configuredName }: IncomingRequest,
  ): void {
    const { path, body = '' } = request;
    this.#world.count(fault);
    this.#world.log(() => `${this.name}: ${fault} on ${eventName ?? path}`);
    if (eventName) this.recorder.recordFault(eventName, fault, configuredName);
    else if (fault === '401') this.recorder.deniedReads.push(`${path} ${body}`);
    else if (rejections.has(fault)) this.recorder.unreadable.push(`${path} ${body}`);
  }

  /** Stalls the scheduler for minutes, rarely for hours, which may exceed the deadline. */
  #stall(): void {
    const world = this.#world;
    const isLong = this.#stallsForHours && world.chance(0.2);
    const hours = isLong ? world.pick([0.5, 1, 2, 2, 6]) : 0;
    const ms = hours > 0 ? hours * hourMs : world.between(10_000, 480_000);
    if (hours > 0) world.count('scheduler stalled for hours');
    if (ms > deadlineMs) world.count('scheduler stalled beyond the deadline');
    this.recorder.longestStallMs = Math.max(this.recorder.longestStallMs, ms);
    this.instance.stallUntil(new Date(world.nowMs + ms));
  }

  #accept(event: QueuedEvent, from: IncomingRequest): void {
    this.#world.log(() => `${this.name} accepts ${nameRequestedEvent(event)}`);
    this.recorder.recordAccepted(event, from);
    this.instance.queue(event);
  }
}
