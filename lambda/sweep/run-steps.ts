import { describeError } from '../errors.ts';
import { type AnswerDeps, createSettleAnswer, type KeyedRun } from './answer.ts';
import type { OpenRun } from './open-runs.ts';
import type { SweepDeadline } from './rate-limiter.ts';
import type { RunAnswerResult, RunLookup } from './run-answer.ts';

/** One sweep run, with the callback for the result of each AWS run. */
export interface AskingSweep extends SweepDeadline {
  readonly onResult: (result: RunAnswerResult) => void;
}

/** The steps before and after the lookup of a run. A failure is passed to `onResult`. */
export interface RunSteps {
  /** The run, if it is still due for a lookup. */
  read(key: string, sweep: AskingSweep): Promise<OpenRun | undefined>;
  /** Processes the answer of AWS. */
  settle(run: KeyedRun, answer: RunLookup, sweep: AskingSweep): Promise<void>;
}

export function createRunSteps(deps: AnswerDeps): RunSteps {
  const settleAnswer = createSettleAnswer(deps);
  return {
    async read(key, { onResult }) {
      try {
        return await deps.runs.read(key);
      } catch (error) {
        onResult({ kind: 'failed', key, error: describeError(error) });
        return undefined;
      }
    },

    async settle(run, answer, { signal, onResult }) {
      try {
        const result = await settleAnswer(run, answer, signal);
        if (result) onResult(result);
      } catch (error) {
        // The run stays on the agenda, and other runs continue.
        onResult({ kind: 'failed', key: run.key, error: describeError(error) });
      }
    },
  };
}
