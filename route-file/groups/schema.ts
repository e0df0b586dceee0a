import * as z from 'zod';
import { maxMembers } from '../../lambda/routing/groups.ts';
import type { WorkloadNames } from '../../lambda/routing/origin.ts';
import { checkTimezone } from '../checks.ts';
import { effectShape } from '../effect-schema.ts';
import { modeHint } from '../mode.ts';
import { accountSchema, regionSchema } from '../origin-schema.ts';
import { condition, endsWithin, receivers } from '../receiver-schema.ts';
import { checkSelector } from '../selector.ts';
import { formatFault, leaf, list, mapping, oneOf, oneOrMore } from '../shapes.ts';

const selector = (subject: WorkloadNames, what: string, description: string) =>
  leaf({
    what,
    allowed: 'a name, or a name with *',
    description,
    check: (text) =>
      text.startsWith('arn:') || checkSelector(subject, text) !== undefined
        ? formatFault(what, text, 'a name, or a name with *')
        : undefined,
  });

/** The workloads whose runs are members of a group. */
export const membersSchema = mapping(
  {
    what: 'members',
    description: 'Workloads whose runs are members: state machines, or Batch jobs.',
    hints: modeHint('members'),
  },
  {
    stateMachine: oneOrMore(
      'stateMachine',
      selector('stateMachine', 'stateMachine', 'The name of a state machine, or a name with *.'),
    )
      .meta({ description: 'State machines: a name, a name with *, or a list of names.' })
      .optional(),
    jobName: oneOrMore(
      'jobName',
      selector('batchJobName', 'jobName', 'The name of a Batch job, or a name with *.'),
    )
      .meta({ description: 'Batch jobs: a name, a name with *, or a list of names.' })
      .optional(),
    jobQueue: selector(
      'jobQueue',
      'jobQueue',
      'The name of the queue of the Batch jobs, or a name with *.',
    ).optional(),
    account: oneOrMore('account', accountSchema)
      .meta({
        description:
          'AWS accounts of the members: one or a list. Each account has its own members. Default: the account of the stack.',
      })
      .optional(),
    region: oneOrMore('region', regionSchema)
      .meta({ description: 'AWS Regions of the members. Default: the Region of the stack.' })
      .optional(),
  },
).meta({
  anyOf: ['stateMachine', 'jobName', 'jobQueue'].map((key) => ({ required: [key] })),
});

const wholeNumber = `a whole number from 1 to ${maxMembers}`;
const count = (what: string, allowed = wholeNumber) =>
  z
    .int({ error: ({ input }) => formatFault(what, input, allowed) })
    .min(1, { error: `${what}: found a number below 1, allowed: ${allowed}` })
    .max(maxMembers, { error: `${what}: found a number above ${maxMembers}, allowed: ${allowed}` });

const daySchema = mapping(
  { what: 'day', description: 'Which run belongs to which business day.' },
  {
    timezone: leaf({
      what: 'timezone',
      allowed: 'an IANA name such as Europe/Zurich',
      description: 'Timezone of the cutoff: an IANA name such as Europe/Zurich.',
      check: checkTimezone,
    }),
    cutoff: leaf({
      what: 'cutoff',
      allowed: 'a time such as "18:00"',
      description:
        'Local time at which a day begins, in quotes. The day has the local date of its cutoff.',
      pattern: /^(?:[01]\d|2[0-3]):[0-5]\d$/,
    }),
    holidays: list(
      'holidays',
      leaf({
        what: 'holidays',
        allowed: 'a date such as 2026-12-25',
        description: 'A local date, such as 2026-12-25.',
        pattern: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
        check: checkDate,
      }),
    )
      .meta({ description: 'Days that belong to the next day. Default: none.' })
      .optional(),
    field: leaf({
      what: 'field',
      allowed: 'name, or output and a path such as output.businessDate',
      description:
        'Text of the run that contains its day as 2026-11-30 or 20261130: name, or output and a path. Default: the day of the start of the run.',
      pattern: /^(?:name|output(?:\.[A-Za-z0-9_-]+|\[\d+\])+)$/,
    }).optional(),
  },
);

function checkDate(text: string): string | undefined {
  const date = new Date(`${text}T00:00:00Z`);
  return date.getUTCDate() === Number(text.slice(-2))
    ? undefined
    : formatFault('holidays', text, 'a date that exists');
}

/** A group of workloads with one state per business day. */
export const groupSchema = mapping(
  {
    what: 'a group',
    description:
      'A group: workloads that have one state together on each business day, and the AutoSys events that it sends.',
    hints: {
      globals: 'unknown key "globals" in a group; did you mean global? It takes one item or a list',
      jobs: 'unknown key "jobs" in a group; did you mean job? It takes one item or a list',
      from: 'unknown key "from" in a group; did you mean members?',
      ...modeHint('a group'),
    },
  },
  {
    name: leaf({
      what: 'name',
      allowed: '1 to 64 letters, digits and . _ -',
      description: 'Name of the group in logs, messages and the ledger. Unique among groups.',
      pattern: /^[A-Za-z0-9._-]{1,64}$/,
    }),
    members: oneOrMore('members', membersSchema).meta({
      description: 'Workloads whose runs are members: one mapping or a list.',
    }),
    expect: z
      .union([z.literal('members'), count('expect', `members, or ${wholeNumber}`)], {
        error: ({ input }) => formatFault('expect', input, `members, or ${wholeNumber}`),
      })
      .meta({
        description:
          'Number of different members on a day. Required if a member is a name with *. Default: members, the number of names.',
      })
      .optional(),
    succeed: z
      .union(
        [
          z.literal('all'),
          mapping(
            { what: 'succeed', description: 'How many members must succeed.' },
            { atLeast: count('atLeast').meta({ description: 'Number of members.' }) },
          ),
        ],
        { error: ({ input }) => formatFault('succeed', input, 'all, or a mapping with atLeast') },
      )
      .meta({ description: 'How many members must succeed. Default: all.' })
      .optional(),
    day: daySchema,
    to: receivers,
    when: condition(
      'Condition on the end of a run of a member: an event pattern of EventBridge, such as { output: { final: [true] } }. An end on which it does not hold counts as RUNNING, neither as a success nor as a failure. Default: each end counts.',
    ),
    endsWithin,
    atCutoff: oneOf(
      'atCutoff',
      ['PENDING'],
      'State of the group from the cutoff to the first start. Default: the state of the day before stays visible.',
    ).optional(),
    ...effectShape,
  },
);

/** The key of groups at the top of the route file. */
export const groupsShape = {
  groups: list('groups', groupSchema)
    .meta({ description: 'Workloads that have one state together on each business day.' })
    .optional(),
};
