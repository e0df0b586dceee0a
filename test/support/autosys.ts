import type { AutosysEvent } from '../../autosys/event.ts';
import { isJobStatus } from '../../autosys/status.ts';
import type { GlobalView, JobView } from '../../autosys/views.ts';
import type { Autosys } from '../../lambda/delivery/autosys.ts';

/**
 * An AutoSys behind the report's own ports: a script of answers to sending, and a state to read back.
 *
 * The protocol is not its matter; tests of the whole path meet the embedded AutoSys.
 */
export class ScriptedAutosys implements Autosys {
  readonly confirmWithinMs = 1_000;
  readonly deadlineMs = 4 * 86_400_000;
  readonly oldEvents = 'park';
  readonly drainPerSecond = 10;
  /** What was sent, in order, whatever was answered. */
  readonly sent: AutosysEvent[] = [];
  job: JobView | Error = { status: 'INACTIVE', onNoExec: false, lastRun: { run: 7 } };
  globalVariable: GlobalView | Error = { kind: 'unset' };
  /** Each sending takes the first; with none left it is accepted and does what it says. */
  readonly answers: (Error | 'lose')[] = [];
  /** Each sending lets the first of these happen before it is answered. */
  readonly meanwhile: (() => Promise<unknown>)[] = [];
  /** How often the job was started. */
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

  /** The values it was asked to set, in order. */
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
