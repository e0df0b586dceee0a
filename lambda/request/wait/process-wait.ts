import type { AutosysInstance } from '../../../autosys/names.ts';
import { type AnswerWaitDeps, createAnswerWait, type KnownWait } from './answer-wait.ts';
import { createDecideKnown } from './decide-known.ts';
import { createKillRun, type KillRunDeps } from './kill-run.ts';
import type { PassCalls } from './pass-calls.ts';
import type { MakeRead, WaitAutosys } from './read-jobs.ts';
import { createContinueWait, createEndWait } from './record-wait.ts';
import type { SeenJob } from './seen-job.ts';
import { readStart } from './start-facts.ts';
import { createStopStart, type StopStartDeps } from './stop-start.ts';
import type { JobWaitStep } from './wait-step.ts';

export interface ProcessWaitDeps
  extends Omit<KillRunDeps, 'requests'>,
    AnswerWaitDeps,
    StopStartDeps {
  readonly autosysFor: (instance: AutosysInstance) => WaitAutosys;
}

/** What one pass gives to each wait. */
export interface PassContext {
  readonly makeRead: MakeRead;
  readonly calls: PassCalls;
  readonly signal: AbortSignal;
}

/**
 * Creates the work of one pass on one wait: decide by the reading of its job, then send an answer or a
 * heartbeat.
 *
 * The result is written before it is sent, so that a crash between both leads to a second call with
 * the same result. Each write is conditional, so of two functions one decides.
 */
export function createProcessWait(deps: ProcessWaitDeps) {
  const { table, autosysFor } = deps;
  const decideKnown = createDecideKnown(deps);
  const answerWait = createAnswerWait(deps);
  const endWait = createEndWait(deps);
  const continueWait = createContinueWait(deps);
  const killRun = createKillRun(deps);
  const stopStart = createStopStart(deps);

  /** @throws {LedgerError} */
  return async function processWait(
    known: KnownWait,
    seen: SeenJob,
    pass: PassContext,
  ): Promise<JobWaitStep> {
    const { request } = known;
    const { wait, stage, instance } = request;
    const { signal, makeRead } = pass;
    if (wait.answering) return answerWait(known, { ...pass, isFirst: false });
    const clockDiffers = autosysFor(instance).clockDiffers?.() ?? false;
    const start = await readStart(request, { table, clockDiffers });
    if (stage === 'ended') {
      // Decided as for an execution that still waits: the token only says that the end is awaited.
      const { goneMs: _, ...left } = wait;
      const awaited = { ...left, token: 'none' };
      const decision = await decideKnown(awaited, seen, { instance, start, makeRead });
      return killRun(known, { seen, decision, signal, start: start.facts });
    }
    const decision = await decideKnown(wait, seen, { instance, start, makeRead });
    return decision.kind === 'end' && (await stopStart(start, decision))
      ? endWait(known, decision, pass)
      : continueWait(known, decision.wait, { ...pass, start });
  };
}
