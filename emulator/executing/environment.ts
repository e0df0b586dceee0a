import type { AutosysInstance, JobName } from '../../autosys/names.ts';

/**
 * The variables that a command inherits from the host. All others are not passed on, because the
 * environment of the emulator may hold credentials.
 */
export const inheritedVariables: readonly string[] = [
  'HOME',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'LOGNAME',
  'PATH',
  'TMPDIR',
  'TZ',
  'USER',
];

/** The variables that the agent sets for each try. */
export const agentVariables: readonly string[] = ['AUTO_JOB_NAME', 'AUTORUN', 'AUTOSERV'];

const defaultPath = '/usr/local/bin:/usr/bin:/bin';

/** Selects the inherited variables of the host. PATH has a default. */
export function reduceEnvironment(
  host: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const inherited = inheritedVariables.flatMap((name) => {
    const value = host[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { PATH: defaultPath, ...Object.fromEntries(inherited) };
}

/**
 * The environment of one try: AUTO_JOB_NAME, AUTOSERV, and AUTORUN as `run_num/ntry` (documented,
 * Broadcom KB 186469).
 */
export function createJobEnvironment(
  { job, run, try: number }: { readonly job: JobName; readonly run: number; readonly try: number },
  autosysInstance: AutosysInstance,
  shared: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    ...shared,
    AUTO_JOB_NAME: job,
    AUTORUN: `${run}/${number}`,
    AUTOSERV: autosysInstance,
  };
}

/**
 * Replaces `$NAME` and `${NAME}` by the variables of the job, as in the names of its std files
 * (documented). An unset variable is empty, as in a shell (inferred).
 */
export function expandVariables(
  text: string,
  environment: Readonly<Record<string, string>>,
): string {
  return text.replace(
    /\$(?:\{(?<curly>[A-Za-z_]\w*)\}|(?<bare>[A-Za-z_]\w*))/g,
    (_, curly?: string, bare?: string) => {
      const name = curly ?? bare ?? '';
      return Object.hasOwn(environment, name) ? (environment[name] ?? '') : '';
    },
  );
}
