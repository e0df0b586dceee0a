import { parseGlobalName, parseGlobalValue } from '../../autosys/names.ts';
import { printSendevent } from '../../autosys/sendevent.ts';
import { toStartingCallers } from './base-name.ts';
import { describeLaunchWorkload } from './jobs.ts';
import { toInputFile, toJilTimes } from './launch-command.ts';
import type { TargetPlan } from './target-plan.ts';
import { type JilWay, jilWays, keyOfWay, toJilWays, toRoleName } from './ways.ts';

/** A variable that must be set once, before the first run. */
export interface FirstSetting {
  readonly globalVariable: string;
  /** The command of AutoSys that sets it. */
  readonly command: string;
  /** What the value must match. Absent for the variable of a mirror. */
  readonly pattern?: string;
}

/** Value of a mirror variable before the first run: no status of a run. */
const beforeFirstRun = 'INACTIVE';
/** Value that a person replaces. */
const toReplace = 'CHANGE_ME';

/**
 * The first setting of each variable of a target. Some wire profiles can set only a variable that
 * exists.
 */
export function toFirstSettings({
  target,
  params,
}: Pick<TargetPlan, 'target' | 'params'>): readonly FirstSetting[] {
  const { mirror } = target;
  return [
    ...(mirror?.kind === 'global' ? [toSetting(mirror.name, beforeFirstRun)] : []),
    ...params.flatMap(({ globalVariable, pattern }) =>
      globalVariable === undefined ? [] : [{ ...toSetting(globalVariable, toReplace), pattern }],
    ),
  ];
}

function toSetting(globalVariable: string, value: string): FirstSetting {
  const event = {
    kind: 'SET_GLOBAL',
    globalVariable: parseGlobalName(globalVariable),
    value: parseGlobalValue(value),
  } as const;
  return { globalVariable, command: printSendevent(event) };
}

/** What a person must know and change, for the comment above the jobs of a target. */
export function describeTarget(plan: TargetPlan): readonly string[] {
  const { target, ways } = plan;
  const { usualMinutes } = toJilTimes(target);
  const by = toStartingCallers(plan.base.name, plan).map(
    ({ name, jobs }) => `${name} (jobs ${jobs.join(' ')})`,
  );
  const missing = jilWays.filter((way) => !toJilWays(target).includes(way));
  return [
    `Target ${target.name}: ${describeLaunchWorkload(target)}. A run usually ends within ${usualMinutes} minutes (endsWithin).`,
    by.length === 0
      ? 'No caller may start it yet: add the target to targets of a caller.'
      : `Callers that may start it: ${by.join(', ')}. The profile names the login of one of them.`,
    describeExitCodes(plan),
    ...(target.onKill === 'leave'
      ? ['onKill: leave, so a kill ends the job, and the run in AWS goes on.']
      : []),
    ...(target.onRetry === 'redrive'
      ? [
          'onRetry: redrive, so a restart of the job continues the failed execution where AWS allows it.',
        ]
      : []),
    ...(target.enabled ? [] : ['enabled: false, so nothing is started until this is removed.']),
    ...(target.input === 'given'
      ? [`input: given, so create ${toInputFile(plan)} on the agent, or change --input.`]
      : []),
    ...describeSettings(plan),
    ...(missing.length === jilWays.length - 1
      ? [
          'Without a waiting job: add a key to the target, and print again.',
          ...missing.map((way) => `  ${keyOfWay[way]} for the way ${way}`),
        ]
      : []),
    ...plan.leftOut.map(
      ({ way, job }) =>
        `The way ${way} is left out, because no caller may start the target for job ${job}: add it to jobs of a caller.`,
    ),
    ...describeMirrorUse(plan),
    ...(ways.length > 1
      ? [
          `Keep the jobs of one way, and delete those of the other${target.mirror?.kind === 'job' ? ` except ${target.mirror.name}` : ''}.`,
        ]
      : []),
  ];
}

/** The bridge shows each run in the mirror, whichever way has started it. */
function describeMirrorUse({ target: { mirror } }: TargetPlan): readonly string[] {
  if (mirror === undefined) return [];
  return [
    mirror.kind === 'global'
      ? `The bridge sets the variable ${mirror.name} for the runs of every way.`
      : `The bridge sets the status of the job ${mirror.name} for the runs of every way. Without this job nothing is started.`,
  ];
}

function describeExitCodes({ target, success }: TargetPlan): string {
  const own = Object.entries(target.exitCodes).map(([key, code]) => `${code} ${key}`);
  const some = own.length === 0 ? '' : `Exit codes of the target: ${own.join(', ')}. `;
  const container =
    target.kind === 'batchJob'
      ? `${own.length === 0 ? 'A' : 'Any other'} failed run has the exit code of its container. `
      : '';
  const listed = [...success].join(', ');
  return `${some}${container}Way wait: the job is SUCCESS for ${listed}, and FAILURE for other codes. Change that with --success ${target.name}=CODES.`;
}

function describeSettings(plan: TargetPlan): readonly string[] {
  const settings = toFirstSettings(plan);
  if (settings.length === 0) return [];
  return [
    'Set each variable once, before the first run:',
    ...settings.flatMap(({ command, pattern }) => [
      `  ${command}`,
      ...(pattern === undefined ? [] : [`    with a value that matches ${pattern}`]),
    ]),
  ];
}

/** What happens in AutoSys, for the comment above the jobs of a way. */
export function describeWay(plan: TargetPlan, way: JilWay): readonly string[] {
  const { target, base } = plan;
  const named = (role: Parameters<typeof toRoleName>[1]) => toRoleName(base.name, role);
  const mirror = target.mirror?.name ?? '';
  switch (way) {
    case 'wait':
      return [
        `Way wait: ${named('wait')} starts the run, waits for it and ends with its exit code. It needs one agent slot until the run ends.`,
        'Add its box, conditions and times.',
      ];
    case 'variable':
      return [
        `Way variable: ${named('launch')} ends when AWS has accepted the start. Before that, the bridge has set ${mirror} to RUNNING. No agent slot is needed while the run is active.`,
        `Add box, conditions and times to ${named('launch')}. Change the command of ${named('next')}, or copy its condition to your own jobs; keep success(${named('launch')}) in it. ${named('failed')} prints the runs and fails, so that a failed run is seen.`,
      ];
    case 'box':
      return [
        `Way box: start ${named('box')}, and let other jobs wait for it. ${named('launch')} ends when AWS has accepted the start. Before that, the bridge has set ${mirror} to RUNNING; its end is that of the run. No agent slot is needed while the run is active.`,
        `Add conditions and times to ${named('box')} only. Never start ${mirror} itself: it has no process, and its condition is never true.`,
      ];
    default:
      return way satisfies never;
  }
}
