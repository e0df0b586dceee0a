import type { LaunchTarget } from '../../lambda/routing/targets.ts';

/**
 * How AutoSys follows a run: `wait`: one job waits; `variable`: jobs wait for a global variable;
 * `box`: a box contains a job that shows the run.
 */
export const jilWays = ['wait', 'variable', 'box'] as const;
export type JilWay = (typeof jilWays)[number];

/** The key of a target that a way needs, as it is written in the route file. */
export const keyOfWay: Readonly<Record<JilWay, string | undefined>> = {
  wait: undefined,
  variable: 'mirror: { global: NAME }',
  box: 'mirror: { job: NAME }',
};

/** The ways that a target has, in the order in which they are printed. */
export function toJilWays({ mirror }: Pick<LaunchTarget, 'mirror'>): readonly JilWay[] {
  if (mirror === undefined) return ['wait'];
  return ['wait', mirror.kind === 'global' ? 'variable' : 'box'];
}

/** What a job of a way is for. */
export type JilRole = 'wait' | 'launch' | 'next' | 'failed' | 'box';

/** The jobs of each way whose names are derived from that of the target. */
export const rolesOfWay: Readonly<Record<JilWay, readonly JilRole[]>> = {
  wait: ['wait'],
  variable: ['launch', 'next', 'failed'],
  box: ['box', 'launch'],
};

const suffixes: Readonly<Record<JilRole, string>> = {
  wait: '',
  launch: '_LAUNCH',
  next: '_NEXT',
  failed: '_FAILED',
  box: '_BOX',
};

/** Name of a job. @param base name of the waiting job */
export function toRoleName(base: string, role: JilRole): string {
  return `${base}${suffixes[role]}`;
}

/** Names of the jobs that start a run: a caller must be allowed to act for them. */
export function toStartingJobs(base: string, ways: readonly JilWay[]): readonly string[] {
  const roles = new Set(ways.flatMap((way) => rolesOfWay[way]));
  return (['wait', 'launch'] as const)
    .filter((role) => roles.has(role))
    .map((role) => toRoleName(base, role));
}

/** Names of all jobs whose names are derived from that of the target. */
export function toDerivedJobs(base: string, ways: readonly JilWay[]): readonly string[] {
  return ways.flatMap((way) => rolesOfWay[way].map((role) => toRoleName(base, role)));
}
