import * as z from 'zod';
import { nameRules } from '../../autosys/names.ts';
import { modeHint } from '../mode.ts';
import { duration, wholeNumberShape } from '../quantities.ts';
import { checkChildName, checkLaunchName, type LaunchSubject, launchNames } from '../selector.ts';
import { booleanShape, formatFault, leaf, list, mapping, oneOf } from '../shapes.ts';
import { overridesSchema } from './overrides-schema.ts';
import { findParamPatternFault } from './param-pattern.ts';

/** Names of targets and callers. */
export const launchNamePattern = /^[a-z0-9][a-z0-9_-]{0,63}$/;
export const launchNameAllowed =
  '1 to 64 lower-case letters, digits and _ -, the first a letter or digit';

/** Names of parameters. */
export const paramNamePattern = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
export const paramNameAllowed = '1 to 64 letters, digits and _, the first a letter';

const workload = (subject: LaunchSubject, description: string) =>
  leaf({
    what: subject,
    allowed: launchNames[subject],
    description,
    check: (text) => checkLaunchName(subject, text),
  });

const children = (key: string, subject: 'stateMachine' | 'jobQueue', what: string) =>
  list(
    key,
    leaf({
      what: key,
      allowed: 'a name, or the beginning of a name with * at its end',
      description: `The name of a ${what}, or the beginning of a name with * at its end.`,
      check: (text) => checkChildName(key, subject, text),
    }),
  )
    .meta({ description: `Each ${what} whose runs a stop may end. Default: none.` })
    .optional();

const arrayAllowed = `a whole number from 2 to 10000, or a template such as "\${param.n}"`;
const sizeOrTemplate = z
  .union(
    [
      wholeNumberShape({
        what: 'array',
        min: 2,
        max: 10_000,
        description: 'Number of children of the array job.',
      }),
      leaf({
        what: 'array',
        allowed: arrayAllowed,
        description: `A template of the number of children, such as \${param.n}.`,
      }),
    ],
    { error: ({ input }) => formatFault('array', input, arrayAllowed) },
  )
  .meta({
    description:
      'Batch only: number of children of an array job, 2 to 10000, or a template of it. Default: no array job.',
  });

const mirrorName = (key: 'global' | 'job', description: string) => {
  const { pattern, max, allowed } = nameRules[key === 'global' ? 'globalVariable' : 'job'];
  return leaf({
    what: key,
    allowed: `${allowed}, up to ${max} characters`,
    description,
    pattern: new RegExp(pattern.source.replace('+$', `{1,${max}}$`)),
  });
};

const own = 'a target is in the account and Region of the bridge; remove the key';
const hints = {
  ...modeHint('a target'),
  account: `unknown key "account" in a target; ${own}`,
  region: `unknown key "region" in a target; ${own}`,
  from: 'unknown key "from" in a target; name what it starts: stateMachine, or jobQueue and jobDefinition',
  jobName: 'unknown key "jobName" in a target; the bridge gives each run its name; remove the key',
  ...Object.fromEntries(
    ['command', 'environment', 'vcpus', 'memory', 'attempts', 'timeout'].map((key) => [
      key,
      `unknown key "${key}" in a target; move it to overrides`,
    ]),
  ),
};

/** The schema of a launch target. */
export const launchTargetSchema = mapping(
  {
    what: 'a target',
    description: 'A state machine or AWS Batch job that AutoSys may start.',
    hints,
  },
  {
    stateMachine: workload(
      'stateMachine',
      'The state machine to start: its name, NAME:ALIAS, NAME:VERSION or its ARN. Not an Express one.',
    ).optional(),
    jobQueue: workload('jobQueue', 'The Batch job queue: its name or ARN.').optional(),
    jobDefinition: workload(
      'jobDefinition',
      'The Batch job definition: its name, NAME:REVISION or its ARN. Without a revision: the newest.',
    ).optional(),
    input: z
      .any()
      .meta({
        description:
          'The input of a run. A value whose texts are templates, or given: the JSON that the caller sends. For Batch a mapping of texts, the parameters of the job. Default: {}.',
      })
      .optional(),
    params: z
      .record(
        z.string().meta({
          description: 'Name of a parameter.',
          pattern: paramNamePattern.source,
        }),
        leaf({
          what: 'pattern',
          allowed: 'a regular expression',
          description:
            'Regular expression of JavaScript with the flag u, which must match the whole value.',
          check: findParamPatternFault,
        }),
        {
          error: ({ input }) =>
            formatFault('params', input, 'a mapping from name to regular expression'),
        },
      )
      .meta({
        description:
          'The parameters that a caller may give, each with the regular expression of its whole value. Default: none.',
      })
      .optional(),
    endsWithin: duration({
      what: 'endsWithin',
      min: '1m',
      max: '80d',
      examples: '90m or 12h',
      description:
        'Time after which the sweep looks up a run in AWS, if its end has not arrived. Default: 1h.',
    }).optional(),
    onKill: oneOf(
      'onKill',
      ['stop', 'leave'],
      'What happens to the run when AutoSys kills the job that waits for it. Default: stop.',
    ).optional(),
    exitCodes: z
      .record(
        z.string().meta({
          description: 'FAILED, TIMED_OUT, ABORTED (Batch: FAILED), or the name of an error.',
        }),
        wholeNumberShape({
          what: 'exit code',
          min: 0,
          max: 255,
          description: 'Exit code of the job in AutoSys.',
        }),
        {
          error: ({ input }) =>
            formatFault('exitCodes', input, 'a mapping from status or error name to exit code'),
        },
      )
      .meta({
        description:
          'Exit codes that differ from the defaults, by the status or the error name of a run that failed.',
      })
      .optional(),
    children: mapping(
      {
        what: 'children',
        description:
          'Other workloads in the account and Region of the bridge that a stop of a run may end. Default: none.',
      },
      {
        stateMachines: children('stateMachines', 'stateMachine', 'state machine'),
        jobQueues: children('jobQueues', 'jobQueue', 'job queue'),
        jobDefinitions: children('jobDefinitions', 'jobQueue', 'job definition'),
      },
    ).optional(),
    maxRunning: wholeNumberShape({
      what: 'maxRunning',
      min: 1,
      // Each place is a row of the ledger, and a start reads all of them.
      max: 100,
      description: 'Maximum number of runs at once. Default: no maximum.',
    }).optional(),
    enabled: booleanShape(
      'enabled',
      'Whether the target may be started. Runs that have started are not affected. Default: true.',
    ).optional(),
    mirror: mapping(
      {
        what: 'mirror',
        description:
          'What shows the state of a run in the AutoSys instance of the job that starts it: global or job. Default: nothing.',
      },
      {
        global: mirrorName(
          'global',
          'Name of a global variable. Its value is the status of the run: RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED.',
        ).optional(),
        job: mirrorName(
          'job',
          'Name of a job without a process, whose status is that of the run: RUNNING, SUCCESS, FAILURE or TERMINATED.',
        ).optional(),
      },
    ).optional(),
    onRetry: oneOf(
      'onRetry',
      ['restart', 'redrive'],
      'What a further try of the AutoSys job does, after a failed one: restart begins a new run, redrive continues the failed execution where AWS allows it. Default: restart.',
    ).optional(),
    array: sizeOrTemplate.optional(),
    overrides: overridesSchema.optional(),
    dependsOn: list(
      'dependsOn',
      leaf({
        what: 'dependsOn',
        allowed: `a template of a job id, such as "\${param.after}"`,
        description: `A template of the id of a Batch job, such as \${param.after}.`,
      }),
    )
      .max(20, { error: () => 'dependsOn: found more than 20 jobs, allowed: at most 20' })
      .meta({
        description:
          'Batch only: ids of jobs that must end first, at most 20, as templates. Default: none.',
      })
      .optional(),
  },
).meta({
  oneOf: [{ required: ['stateMachine'] }, { required: ['jobQueue', 'jobDefinition'] }],
});
