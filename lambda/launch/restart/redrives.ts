import { type ContinueRunDeps, createContinueRun } from './continue-run.ts';
import { createFindEarlierRun, type FindEarlierRunDeps } from './find-earlier-run.ts';

/** Creates the parts of a start that continue an earlier run. */
export function createRedrives(deps: ContinueRunDeps & FindEarlierRunDeps) {
  return { findEarlierRun: createFindEarlierRun(deps), continueRun: createContinueRun(deps) };
}
