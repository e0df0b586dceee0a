import { NameError } from '../autosys/errors.ts';
import { nameRules, parseGlobalName, parseJobName } from '../autosys/names.ts';
import type { RouteObservation } from '../lambda/routing/observation.ts';
import type { Faults, Path } from './faults.ts';
import { isMapping } from './located.ts';
import { duration, readDuration } from './quantities.ts';
import { leaf, mapping } from './shapes.ts';

/** Interval of the usual polling script. */
const defaultPollsEvery = '2s';

const observeSchema = mapping(
  {
    what: 'observe',
    description:
      'What reacts to the workload today: job or variable. The bridge compares its own reaction with it.',
    hints: {
      global: 'unknown key "global" in observe; did you mean variable?',
      jobs: 'unknown key "jobs" in observe; did you mean job? It takes one name',
    },
  },
  {
    job: oldName(
      'job',
      'Name of the AutoSys job that polls AWS today. Its end is compared.',
    ).optional(),
    variable: oldName(
      'variable',
      'Name of the global variable that the polling script sets today. Its change is compared.',
    ).optional(),
    pollsEvery: duration({
      what: 'pollsEvery',
      min: '100ms',
      max: '1d',
      examples: '2s or 1m',
      description: `Interval in which the polling job asks AWS, for the estimate of saved calls. Default: ${defaultPollsEvery}.`,
    }).optional(),
  },
).meta({ oneOf: [{ required: ['job'] }, { required: ['variable'] }] });

/** The schema of the mode of a route. */
export const modeSchema = mapping(
  {
    what: 'mode',
    description:
      'observe: the route is matched and recorded, and sends nothing to AutoSys. Default: the route sends its events.',
    hints: {
      live: 'unknown key "live" in mode; a route without mode is live, so remove mode',
    },
  },
  { observe: observeSchema },
).optional();

/** Messages for `mode` where only routes can be observed. */
export function modeHint(what: string): { readonly mode: string } {
  return {
    mode: `unknown key "mode" in ${what}: ${what} cannot be observed; allowed: mode in an entry of routes`,
  };
}

/** Compiles the `mode` of a route. `undefined` for a live route, or one with faults. */
export function compileMode(
  raw: unknown,
  path: Path,
  faults: Faults,
): RouteObservation | undefined {
  const observe = isMapping(raw) ? raw['observe'] : undefined;
  if (!isMapping(observe)) return undefined;
  const at = [...path, 'observe'];
  const { job, variable, pollsEvery = defaultPollsEvery } = observe;
  if ((job === undefined) === (variable === undefined)) {
    const found = job === undefined ? 'neither' : 'both';
    faults.atKey(
      at,
      `observe: found ${found} of job and variable, allowed: one of them, such as { job: OLD_POLL_JOB }`,
    );
    return undefined;
  }
  const pollsEveryMs = typeof pollsEvery === 'string' ? (readDuration(pollsEvery) ?? 0) : 0;
  try {
    if (typeof job === 'string') return { job: parseJobName(job), pollsEveryMs };
    if (typeof variable !== 'string') return undefined;
    return { variable: parseGlobalName(variable), pollsEveryMs };
  } catch (error) {
    // The schema has reported it.
    if (error instanceof NameError) return undefined;
    throw error;
  }
}

function oldName(what: 'job' | 'variable', description: string) {
  const { pattern, max, allowed } = nameRules[what === 'job' ? 'job' : 'globalVariable'];
  return leaf({
    what,
    allowed: `${allowed}, up to ${max} characters: the whole name, without fields and patterns`,
    description,
    pattern: new RegExp(pattern.source.replace('+$', `{1,${max}}$`)),
  });
}
