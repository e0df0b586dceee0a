import type { StartRunDeps } from '../start-work.ts';
import type { AnswerRestartDeps } from './answer-restart.ts';
import { createDecideRestart, type DecideRestartDeps } from './decide-restart.ts';
import { createPlanRestart, type PlanRestartDeps } from './plan-restart.ts';
import { createRestartRun } from './restart-run.ts';

/** Creates the restart of runs, and its plan. */
export function createRestarts(
  deps: StartRunDeps & DecideRestartDeps & Omit<PlanRestartDeps, 'decideRestart'>,
): AnswerRestartDeps {
  const decideRestart = createDecideRestart(deps);
  return {
    restartRun: createRestartRun({ ...deps, decideRestart }),
    planRestart: createPlanRestart({ ...deps, decideRestart }),
  };
}
