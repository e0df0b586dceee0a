import * as z from 'zod';
import { jobStarts, requestActions } from '../../lambda/routing/requests.ts';
import { findAutosysGlobFault } from '../autosys-glob.ts';
import { modeHint } from '../mode.ts';
import { wholeNumberShape } from '../quantities.ts';
import { formatFault, leaf, list, mapping, oneOf } from '../shapes.ts';
import {
  callerMachineAllowed,
  findCallerMachineFault,
  findRoleFault,
  roleAllowed,
} from './caller-arn.ts';
import { findRequestEventFault, requestableEvents } from './event-rule.ts';

/** Name of an entry, which is the name of an alias of the request function. */
export const entryNamePattern = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
export const entryNameAllowed = '1 to 64 letters, digits and _ -, the first a letter';

/** Maximum requests a minute. */
export const usualRate = 60;

const callerRole = leaf({
  what: 'callers',
  allowed: roleAllowed,
  description: 'ARN of an IAM role, with its path if it has one.',
  check: (text) => findRoleFault('callers', text),
});

const callerMachine = mapping(
  {
    what: 'a caller of requests',
    description: 'A state machine and the role of its executions.',
  },
  {
    stateMachine: leaf({
      what: 'stateMachine',
      allowed: callerMachineAllowed,
      description: 'ARN of a state machine in the Region of the bridge, without alias or version.',
      check: findCallerMachineFault,
    }),
    role: leaf({
      what: 'role',
      allowed: `${roleAllowed}; Lambda sees only the role of its executions, so the role must be named beside the state machine`,
      description: 'ARN of the role of its executions, which is what IAM compares.',
      check: (text) => findRoleFault('role', text),
    }),
  },
);

const takesList = (key: string, wanted: string) =>
  `unknown key "${key}" in an entry of requests; did you mean ${wanted}? It takes a list`;

/** The schema of an entry of `requests:`. `compileRequests` checks how its keys fit together. */
export const requestEntrySchema = mapping(
  {
    what: 'an entry of requests',
    description: 'What one group of callers in AWS may ask of one AutoSys instance.',
    hints: {
      ...Object.fromEntries(
        ['caller', 'action', 'event', 'start', 'job', 'global'].map((key) => [
          key,
          takesList(key, `${key}s`),
        ]),
      ),
      roles: takesList('roles', 'callers'),
      ...modeHint('an entry of requests'),
      to: 'unknown key "to" in an entry of requests; did you mean instance?',
    },
  },
  {
    callers: list(
      'callers',
      z.union([callerRole, callerMachine], {
        error: ({ input }) =>
          formatFault('callers', input, 'the ARN of an IAM role, or { stateMachine, role }'),
      }),
    ).meta({
      description: 'IAM roles that may invoke the alias of the entry. Every other is denied.',
    }),
    instance: leaf({
      what: 'instance',
      allowed: 'the name of an instance in instances',
      description: 'Name of the AutoSys instance. Default: the only instance.',
    }).optional(),
    actions: list('actions', oneOf('actions', requestActions, 'An action.')).meta({
      description: 'Actions that the callers may ask for.',
    }),
    events: list(
      'events',
      leaf({
        what: 'events',
        allowed: requestableEvents.join(', '),
        description: 'An AutoSys event on a job or a global variable.',
        words: requestableEvents,
        check: findRequestEventFault,
      }),
    )
      .meta({ description: 'Events that sendEvent may send. Required with it.' })
      .optional(),
    starts: list('starts', oneOf('starts', jobStarts, 'A way to get a run.'))
      .meta({
        description: 'Ways in which runJob may get a run to wait for. Default: STARTJOB only.',
      })
      .optional(),
    jobs: list('jobs', patternOf('jobs', 'Name of an AutoSys job, or a name with * for any text.'))
      .meta({ description: 'Jobs that the entry covers. Required by every action on a job.' })
      .optional(),
    globals: list(
      'globals',
      patternOf('globals', 'Name of a global variable, or a name with * for any text.'),
    )
      .meta({
        description: 'Global variables that the entry covers. Required by every action on one.',
      })
      .optional(),
    onAbort: oneOf(
      'onAbort',
      ['kill'],
      'kill: a runJob may ask that its job is killed when its execution is aborted or times out. Default: the job always continues.',
    ).optional(),
    rate: wholeNumberShape({
      what: 'rate',
      min: 1,
      max: 6000,
      description: `Maximum requests a minute. Default: ${usualRate}.`,
    }).optional(),
  },
);

function patternOf(key: 'jobs' | 'globals', description: string) {
  const subject = key === 'jobs' ? 'an AutoSys job' : 'a global variable';
  return leaf({
    what: key,
    allowed: `the name of ${subject}, or a name with *`,
    description,
    check: (text) => findAutosysGlobFault(key, text),
  });
}
