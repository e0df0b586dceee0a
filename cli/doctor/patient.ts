import type { ExamineDeps } from '../../lambda/canary/examine.ts';

/** One AutoSys that is to be examined. */
export interface Patient extends AsyncDisposable {
  /** As the route file names it; absent where flags alone say where it is. */
  readonly instance?: string;
  readonly deps: ExamineDeps;
}
