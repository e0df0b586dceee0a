import type { AutosysEvent } from '../../autosys/event.ts';
import { isJobStatus } from '../../autosys/status.ts';
import type { GlobalView, JobView } from '../../autosys/views.ts';
import type { Autosys } from '../../lambda/delivery/autosys.ts';

/**
 * A stub of the AutoSys port: scripted answers to sends, and a state to read back. It does not
 * cover the protocol; end-to-end tests use the embedded AutoSys.
 */
export class ScriptedAutosys implements Autosys {
  readonly confirmWithinMs = 1_000;
  readonly deadlineMs = 4 * 86_400_000;
  readonly oldEvents = 'park';
  readonly drainPerSecond = 10;
  /** Events that were sent, in order, whatever the answer. */
  readonly sent: AutosysEvent[] = [];
  job: JobView | Error = { status: 'INACTIVE', onNoExec: false, lastRun: { run: 7 } };
  globalVariable: GlobalView | Error = { kind: 'unset' };
  /**
   * Scripted answers. Each send takes the first one; without any left, the event is accepted and
   * takes effect.
   */
  readonly answers: (Error | 'lose')[] = [];
  /** Callbacks. Each send runs the first one before it is answered. */
  readonly meanwhile: (() => Promise<unknown>)[] = [];
  /** Number of starts of the job. */
  starts = 0;

  readonly port: Autosys['port'] = {
    sendEvent: async (event) => {
      this.sent.push(event);
      await this.meanwhile.shift()?.();
      const answer = this.answers.shift();
      if (answer instanceof Error) throw answer;
      if (answer !== 'lose') this.#act(event);
    },
    readJob: async () => {
      if (this.job instanceof Error) throw this.job;
      return this.job;
    },
    readGlobalVariable: async () => {
      if (this.globalVariable instanceof Error) throw this.globalVariable;
      return this.globalVariable;
    },
  };

  /** Values that were sent for the variable, in order. */
  get values(): readonly string[] {
    return this.sent.flatMap((event) => (event.kind === 'SET_GLOBAL' ? [event.value] : []));
  }

  #act(event: AutosysEvent): void {
    if (event.kind === 'SET_GLOBAL') this.globalVariable = { kind: 'value', value: event.value };
    if (event.kind === 'CHANGE_STATUS' && isJobStatus(event.status)) {
      this.job = { status: event.status, onNoExec: false, lastRun: {} };
    }
    if (event.kind === 'JOB_ON_HOLD')
      this.job = { status: 'ON_HOLD', onNoExec: false, lastRun: {} };
    if (event.kind === 'JOB_OFF_HOLD')
      this.job = { status: 'INACTIVE', onNoExec: false, lastRun: {} };
    if (event.kind === 'FORCE_STARTJOB') {
      this.starts += 1;
      this.job = { status: 'RUNNING', onNoExec: false, lastRun: { run: 7 + this.starts } };
    }
  }
}
