import type { ExamineDeps } from '../../lambda/canary/examine.ts';

/** One AutoSys to check. */
export interface DoctorTarget extends AsyncDisposable {
  /** Its name in the route file. Absent without a route file. */
  readonly instance?: string;
  readonly deps: ExamineDeps;
}
