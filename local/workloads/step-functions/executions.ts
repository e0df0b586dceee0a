import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../../clock.ts';
import type { EmitStatusChange } from '../event-emission.ts';
import { choosePlan } from '../plans.ts';
import { RecordStore } from '../record-store.ts';
import { ServiceRefusal } from '../refusal.ts';
import { type ExecutionRecord, isExecutionEnded } from './execution.ts';
import { toPlannedEnd } from './execution-end.ts';
import { type PlannedStart, toExecutionArn, toRecord } from './execution-start.ts';
import { ExecutionHistory, type ExecutionHistoryEvent } from './history.ts';
import { defaultExecutionPlan, type ExecutionEnd } from './plan.ts';
import { findRedriveObstacle } from './redrive-rules.ts';
import { toExecutionStatusChange } from './status-event.ts';
import { StepFailure, type StepPorts } from './step-context.ts';
import { runSteps } from './steps.ts';

interface ExecutionsDeps {
  readonly clock: LocalClock;
  readonly emit: EmitStatusChange;
  readonly mapChildrenEmit: () => boolean;
  /** Bound later, because steps start executions. */
  readonly toPorts: () => StepPorts;
}

/** What exists once per execution, over all of its redrives. */
interface ExecutionRun {
  controller: AbortController;
  readonly history: ExecutionHistory;
  readonly succeeded: Set<string>;
  readonly mapRunByPath: Map<string, string>;
  readonly results: Map<string, string>;
  readonly onEnd: Set<(record: ExecutionRecord) => void>;
}

/** Documented: a name is free again 90 days after its execution has closed. */
const nameHeldMs = 90 * 24 * 60 * 60_000;

/** The planned executions: start, stop, redrive, and their course on the local clock. */
export class PlannedExecutions {
  readonly #deps: ExecutionsDeps;
  readonly #records: RecordStore<ExecutionRecord>;
  readonly #runs = new Map<string, ExecutionRun>();

  constructor(deps: ExecutionsDeps) {
    this.#deps = deps;
    this.#records = new RecordStore(deps.clock);
  }

  find(executionArn: string, lagMs = 0): ExecutionRecord | undefined {
    return this.#records.find(executionArn, lagMs);
  }

  /** All executions, in the order of their first start. */
  list(lagMs = 0): readonly ExecutionRecord[] {
    return this.#records.list(lagMs);
  }

  /** The history, the oldest event first. */
  historyOf(executionArn: string): readonly ExecutionHistoryEvent[] {
    return this.#runs.get(executionArn)?.history.events ?? [];
  }

  /**
   * Starts an execution, or finds the running one of the same name and input.
   *
   * @throws {ServiceRefusal} `ExecutionAlreadyExists`
   */
  start(start: PlannedStart): ExecutionRecord {
    const executionName = start.executionName ?? randomUUID();
    const executionArn = toExecutionArn(start, executionName);
    const { clock } = this.#deps;
    const known = this.#records.find(executionArn);
    if (known && !isExecutionEnded(known) && known.input === start.input) return known;
    if (known && clock.now() - (known.stoppedAt ?? clock.now()) < nameHeldMs) {
      const message = `Execution Already Exists: '${executionArn}'`;
      throw new ServiceRefusal('ExecutionAlreadyExists', message);
    }
    const history = new ExecutionHistory(() => clock.now());
    this.#runs.set(executionArn, {
      ...{ controller: new AbortController(), history, succeeded: new Set() },
      ...{ mapRunByPath: new Map(), results: new Map(), onEnd: new Set() },
    });
    const record = toRecord(start, { executionArn, executionName, startedAt: clock.now() });
    history.append('ExecutionStarted', 0, {
      ...{ input: record.input, inputDetails: { truncated: false }, roleArn: record.roleArn },
      stateMachineAliasArn: record.aliasArn,
      stateMachineVersionArn: record.versionArn,
    });
    this.#put(record);
    void this.#drive(record);
    return record;
  }

  /**
   * Stops an execution. One that has ended stays as it is; AWS documents no error for it.
   *
   * @returns undefined for an unknown execution
   */
  stop(
    executionArn: string,
    reason: { readonly error?: string | undefined; readonly cause?: string | undefined },
  ): ExecutionRecord | undefined {
    const record = this.#records.find(executionArn);
    if (record === undefined || isExecutionEnded(record)) return record;
    const stopped = this.#end(record, 'ABORTED', { ...reason });
    this.#runs.get(executionArn)?.controller.abort(new Error('stopped'));
    return stopped;
  }

  /**
   * Continues an execution that did not succeed, with the definition of its first start.
   *
   * @throws {ServiceRefusal} `ExecutionNotRedrivable`
   */
  redrive(record: ExecutionRecord, by: 'caller' | 'mapRun'): ExecutionRecord {
    const { executionArn } = record;
    const run = this.#toRun(executionArn);
    const now = this.#deps.clock.now();
    const facts = by === 'caller' ? record : { ...record, mapRunArn: undefined };
    const historyLength = run.history.events.length;
    const obstacle = findRedriveObstacle(facts, { now, historyLength });
    if (obstacle !== undefined) throw new ServiceRefusal('ExecutionNotRedrivable', obstacle);
    run.controller = new AbortController();
    const redriveCount = record.redriveCount + 1;
    const ending = { stoppedAt: undefined, error: undefined, cause: undefined };
    const redriven: ExecutionRecord = {
      ...{ ...record, ...ending, status: 'RUNNING', redriveCount, redrivenAt: now },
    };
    run.history.append('ExecutionRedriven', historyLength, { redriveCount });
    this.#put(redriven);
    void this.#drive(redriven);
    return redriven;
  }

  /** Resolves when the execution ends for the next time, or at once if it has ended. */
  ended(executionArn: string): Promise<ExecutionRecord> {
    const record = this.#records.find(executionArn);
    if (record && isExecutionEnded(record)) return Promise.resolve(record);
    return new Promise((resolve) => this.#toRun(executionArn).onEnd.add(resolve));
  }

  /** Deletes an execution. Its course ends without an event. */
  forget(executionArn: string): void {
    this.#runs.get(executionArn)?.controller.abort(new Error('deleted'));
    this.#runs.delete(executionArn);
    this.#records.delete(executionArn);
  }

  /** Ends every course without an event. */
  close(): void {
    for (const { controller } of this.#runs.values()) controller.abort(new Error('closed'));
  }

  async #drive(record: ExecutionRecord): Promise<void> {
    const run = this.#toRun(record.executionArn);
    const { signal } = run.controller;
    let cancelTimeout = () => {};
    try {
      const start = { ...record, name: record.executionName };
      const plan = choosePlan(record.plans, {
        ...{ start, name: record.executionName },
        otherwise: defaultExecutionPlan,
      });
      const cursor = { eventId: record.redriveCount === 0 ? 0 : run.history.events.length };
      const { history, succeeded, mapRunByPath, results } = run;
      const context = { ports: this.#deps.toPorts(), execution: record, history, signal };
      cancelTimeout = this.#setTimeout(record, plan.timesOutAfterMs);
      await runSteps(
        { ...context, ...{ path: '', succeeded, mapRunByPath, results, cursor } },
        plan.steps ?? defaultExecutionPlan.steps ?? [],
      );
      this.#endAsPlanned(record, toPlannedEnd(plan.end, results));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof StepFailure)) throw error;
      this.#end(record, 'FAILED', { error: error.error, cause: error.failureCause });
    } finally {
      cancelTimeout();
    }
  }

  /** @returns a function that removes the timeout */
  #setTimeout(record: ExecutionRecord, ms: number | undefined): () => void {
    if (ms === undefined) return () => {};
    const { controller } = this.#toRun(record.executionArn);
    return this.#deps.clock.setTimer(ms, () => {
      this.#end(record, 'TIMED_OUT', {});
      controller.abort(new Error('timed out'));
    });
  }

  #endAsPlanned(record: ExecutionRecord, end: ExecutionEnd): void {
    const { status, ...result } = end;
    if (status === 'FAILED') {
      const { history } = this.#toRun(record.executionArn);
      const data = { name: 'Fail', input: record.input, inputDetails: { truncated: false } };
      history.append('FailStateEntered', history.events.length, data);
    }
    this.#end(record, status, status === 'SUCCEEDED' ? { output: '{}', ...result } : result);
  }

  #end(
    record: ExecutionRecord,
    status: Exclude<ExecutionRecord['status'], 'RUNNING'>,
    result: Pick<ExecutionRecord, 'output' | 'error' | 'cause'>,
  ): ExecutionRecord {
    const { history, onEnd } = this.#toRun(record.executionArn);
    // Measured in AWS (floci-io/floci#2965): an end from outside follows no event.
    const isFromOutside = status === 'ABORTED' || status === 'TIMED_OUT';
    history.append(endEvents[status], isFromOutside ? 0 : history.events.length, {
      ...result,
      ...(result.output !== undefined && { outputDetails: { truncated: false } }),
      ...(status === 'TIMED_OUT' && { error: 'States.Timeout' }),
    });
    const ended = this.#put({ ...record, ...result, status, stoppedAt: this.#deps.clock.now() });
    for (const listener of [...onEnd]) listener(ended);
    onEnd.clear();
    return ended;
  }

  #put(record: ExecutionRecord): ExecutionRecord {
    this.#records.put(record.executionArn, record);
    const isSilent = record.mapRunArn !== undefined && !this.#deps.mapChildrenEmit();
    if (!record.isExpress && !isSilent) {
      const historyLength = this.historyOf(record.executionArn).length;
      const now = this.#deps.clock.now();
      this.#deps.emit(toExecutionStatusChange(record, { now, historyLength }));
    }
    return record;
  }

  #toRun(executionArn: string): ExecutionRun {
    const run = this.#runs.get(executionArn);
    if (run === undefined) throw new Error(`unknown execution ${executionArn}`);
    return run;
  }
}

const endEvents = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const;
