/** How one pretended run goes. */
export interface PlannedRun {
  /** From RUNNING to the end. @default 1000 */
  readonly durationMs?: number;
  /** @default 0 */
  readonly exitCode?: number;
}

/** Runs by job name; a list serves successive tries, its last entry all further ones. */
export type RunTable = Readonly<Record<string, PlannedRun | readonly PlannedRun[]>>;
