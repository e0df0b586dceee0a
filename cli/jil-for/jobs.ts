import type { PrintableStatement } from '../../autosys/jil/index.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import { toDescription } from './jil-text.ts';
import {
  launchTerminateMinutes,
  toDetachedCommand,
  toFailedCommand,
  toJilTimes,
  toWaitCommand,
} from './launch-command.ts';
import type { JilSettings } from './settings.ts';
import { printCodes, toMaxExitSuccess } from './success-codes.ts';
import type { TargetPlan } from './target-plan.ts';
import { type JilWay, toRoleName } from './ways.ts';

type Attributes = PrintableStatement['attributes'];

/** The jobs of one way, the box before its members. */
export function createJobs(
  plan: TargetPlan,
  way: JilWay,
  settings: JilSettings,
): readonly PrintableStatement[] {
  switch (way) {
    case 'wait':
      return [createWaitJob(plan, settings)];
    case 'variable':
      return createVariableJobs(plan, settings);
    case 'box':
      return createBoxJobs(plan, settings);
    default:
      return way satisfies never;
  }
}

/** The workload of a target: `state machine settlement:live`. */
export function describeLaunchWorkload(target: LaunchTarget): string {
  if (target.kind === 'batchJob') {
    const { jobQueue, jobDefinition, arraySize } = target;
    const what = arraySize === undefined ? 'Batch job' : 'Batch array job';
    return `${what} of queue ${jobQueue} and definition ${jobDefinition}`;
  }
  const { stateMachine, qualifier } = target;
  return `state machine ${stateMachine}${qualifier === undefined ? '' : `:${qualifier}`}`;
}

function createWaitJob(plan: TargetPlan, settings: JilSettings): PrintableStatement {
  const { usualMinutes, terminateMinutes } = toJilTimes(plan.target);
  return toJob(toRoleName(plan.base.name, 'wait'), {
    command: toWaitCommand(plan),
    ...toProcess(settings),
    description: describe(plan, 'starts it and waits for it'),
    ...toOutputs(settings),
    // success_codes decides (Broadcom KB 408778), also on codes below 0 and above 255, which Windows
    // has. fail_codes would make each of those a success.
    success_codes: printCodes(plan.success),
    max_exit_success: toMaxExitSuccess(plan.success),
    max_run_alarm: usualMinutes,
    term_run_time: terminateMinutes,
    alarm_if_fail: 1,
  });
}

function createLaunchJob(
  plan: TargetPlan,
  settings: JilSettings,
  box: string | undefined,
): PrintableStatement {
  return toJob(toRoleName(plan.base.name, 'launch'), {
    ...(box !== undefined && { box_name: box }),
    command: toDetachedCommand(plan),
    ...toProcess(settings),
    description: describe(plan, 'starts it and does not wait'),
    ...toOutputs(settings),
    success_codes: '0',
    max_exit_success: 0,
    term_run_time: launchTerminateMinutes,
    alarm_if_fail: 1,
    ...(box !== undefined && { job_terminator: 1 }),
  });
}

/** Statuses with which a run ends that did not succeed, as a mirror variable shows them. */
const failedValues: Readonly<Record<LaunchTarget['kind'], readonly string[]>> = {
  execution: ['FAILED', 'TIMED_OUT', 'ABORTED'],
  batchJob: ['FAILED'],
};

function createVariableJobs(
  plan: TargetPlan,
  settings: JilSettings,
): readonly PrintableStatement[] {
  const launch = toRoleName(plan.base.name, 'launch');
  const variable = plan.target.mirror?.name ?? '';
  const failed = failedValues[plan.target.kind].map((value) => `value(${variable}) = "${value}"`);
  const anyFailed = failed.length === 1 ? failed.join('') : `(${failed.join(' | ')})`;
  return [
    createLaunchJob(plan, settings, undefined),
    toJob(toRoleName(plan.base.name, 'next'), {
      command: 'true',
      ...toProcess(settings),
      condition: `success(${launch}) & value(${variable}) = "SUCCEEDED"`,
      description: describe(plan, 'runs after its success'),
      ...toOutputs(settings),
    }),
    toJob(toRoleName(plan.base.name, 'failed'), {
      command: toFailedCommand(launch),
      ...toProcess(settings),
      condition: `success(${launch}) & ${anyFailed}`,
      description: describe(plan, 'fails after its failure'),
      ...toOutputs(settings),
      term_run_time: launchTerminateMinutes,
      alarm_if_fail: 1,
    }),
  ];
}

function createBoxJobs(plan: TargetPlan, settings: JilSettings): readonly PrintableStatement[] {
  const { usualMinutes, terminateMinutes } = toJilTimes(plan.target);
  const box = toRoleName(plan.base.name, 'box');
  const launch = toRoleName(plan.base.name, 'launch');
  const mirror = plan.target.mirror?.name ?? '';
  const hasFailed = (job: string) => `failure(${job}) | terminated(${job})`;
  return [
    toJob(
      box,
      {
        owner: settings.owner,
        description: describe(plan, 'shows it as a job without a process'),
        // Without it the box would wait for the mirror after a launch that was refused. The mirror of
        // such a launch fails before the command has its answer, and must not end the box then.
        box_failure: `${hasFailed(launch)} | (success(${launch}) & (${hasFailed(mirror)}))`,
        max_run_alarm: usualMinutes,
        term_run_time: terminateMinutes,
        alarm_if_fail: 1,
      },
      'BOX',
    ),
    createLaunchJob(plan, settings, box),
    toJob(mirror, {
      box_name: box,
      command: `echo "The bridge sets the status of this job. Start ${box} instead" >&2; exit 1`,
      machine: settings.machine,
      owner: settings.owner,
      // Never true, so that AutoSys does not start the job with its box.
      condition: `success(${launch}) & failure(${launch})`,
      description: describe(plan, 'the bridge sets the status of this job'),
      job_terminator: 1,
    }),
  ];
}

/** The AWS side, and what the job does about it. */
function describe({ target }: TargetPlan, what: string): string {
  return toDescription(`AWS ${describeLaunchWorkload(target)} (target ${target.name}): ${what}`);
}

function toProcess({ machine, owner, profile }: JilSettings) {
  return { machine, owner, profile };
}

/** Both files are one, in the order of the lines (documented: `>` truncates, `>>` appends). */
function toOutputs({ logDirectory }: JilSettings) {
  const file = `${logDirectory}/$AUTO_JOB_NAME.out`;
  return { std_out_file: `>${file}`, std_err_file: `>>${file}` };
}

function toJob(
  object: string,
  attributes: Readonly<Record<string, string | number>>,
  type = 'CMD',
): PrintableStatement {
  const given: Attributes = Object.entries(attributes).map(([name, value]) => ({
    name,
    value: String(value),
  }));
  return {
    subcommand: 'insert_job',
    object,
    attributes: [{ name: 'job_type', value: type }, ...given],
  };
}
