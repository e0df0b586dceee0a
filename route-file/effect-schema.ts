import * as z from 'zod';
import { isAutosysEventKind, settableStatuses } from '../autosys/event.ts';
import { didYouMean } from '../autosys/suggest.ts';
import { batchJobStatuses, executionStatuses } from '../lambda/contract.ts';
import { eventFields, refusedKinds, routableKinds } from './event-kinds.ts';
import { formatFault, leaf, list, mapping, oneOf, oneOrMore } from './shapes.ts';

/** Every status of both kinds of workloads. The kind that a route matches is checked later. */
const anyStatus = [...new Set([...executionStatuses, ...batchJobStatuses])];

const status = (what: string, description: string, more: readonly string[] = []) =>
  leaf({
    what,
    allowed: 'a status of AWS, such as FAILED',
    description,
    words: [...anyStatus, ...more],
  });

const template = (what: string, description: string) =>
  leaf({ what, allowed: 'a text', description });

const byStatus = <Value extends z.core.$ZodType>(
  what: string,
  key: ReturnType<typeof status>,
  value: Value,
) =>
  z
    .record(key, value, {
      error: ({ input }) => formatFault(what, input, 'a mapping from status to value'),
    })
    .refine((entries) => Object.keys(entries).length > 0, {
      error: `${what}: found none, allowed: one status or more`,
    });

const globalName = template(
  'global',
  `Name of a global variable, at most 64 characters. May contain fields such as \${stateMachine:40}.`,
);

/** A global variable with its values. */
const globalSchema = mapping(
  { what: 'global', description: 'A global variable and its values.' },
  {
    name: globalName,
    values: byStatus(
      'values',
      status(
        'status',
        'A status of AWS, or default for all other statuses that a variable is set on by default.',
        ['default'],
      ),
      template(
        'value',
        `The value, at most 100 characters. May contain fields such as \${exitCode|0}.`,
      ),
    )
      .meta({
        description:
          'The value for each status. The variable is set on these statuses only. Default: the name of the status, at start and end.',
      })
      .optional(),
  },
);

const jobName = template(
  'job',
  `Name of an AutoSys job, at most 64 characters. May contain fields such as \${jobDefinition:40}.`,
);

/** An AutoSys job whose status follows the workload. */
const mirrorSchema = mapping(
  {
    what: 'job',
    description: 'An AutoSys job whose status follows the workload, by CHANGE_STATUS events.',
  },
  {
    name: jobName,
    statuses: byStatus(
      'statuses',
      status('status', 'A status of AWS.'),
      oneOf(
        'status',
        [...settableStatuses, 'none'],
        'The AutoSys status, or none to send no event.',
      ),
    )
      .meta({ description: 'AutoSys statuses that differ from the defaults.' })
      .optional(),
  },
);

const event = leaf({
  what: 'event',
  allowed: routableKinds.join(', '),
  description: 'The AutoSys event to send.',
  words: routableKinds,
  check: (text) => {
    if (routableKinds.includes(text)) return undefined;
    const reason = isAutosysEventKind(text) ? refusedKinds[text] : undefined;
    return reason === undefined
      ? `event: found ${JSON.stringify(text)}, allowed: ${routableKinds.join(', ')}${didYouMean(text, routableKinds)}`
      : `event: ${text} is not allowed in a route, because ${reason}; send it by hand`;
  },
});

/** An event that is sent once, when a status is reached. */
const eventSchema = mapping(
  { what: 'event', description: 'An AutoSys event that is sent once, when a status is reached.' },
  {
    on: oneOrMore('on', status('on', 'The status of AWS on which the event is sent.')).meta({
      description: 'The status of AWS on which the event is sent: one status or a list.',
    }),
    event,
    job: jobName.optional(),
    globalVariable: globalName.optional(),
    value: template('value', 'For SET_GLOBAL: the value, at most 100 characters.').optional(),
    status: oneOf('status', settableStatuses, 'For CHANGE_STATUS: the AutoSys status.').optional(),
    signals: leaf({
      what: 'signals',
      allowed: 'signal numbers, such as 9 or 15,9',
      description: 'For SEND_SIGNAL and KILLJOB: signal numbers, such as "15,9".',
      pattern: /^\d{1,2}(?:,\d{1,2})*$/,
    }).optional(),
    priority: z
      .int({ error: ({ input }) => formatFault('priority', input, 'a whole number from 0') })
      .min(0, { error: 'priority: found a number below 0, allowed: a whole number from 0' })
      .meta({ description: 'For CHANGE_PRIORITY: the new queue priority.' })
      .optional(),
    response: template('response', 'For REPLY_RESPONSE: the response.').optional(),
    alarm: leaf({
      what: 'alarm',
      allowed: 'the name of an alarm, such as JOBFAILURE',
      description: 'For ALARM: the name of the alarm, such as JOBFAILURE.',
      pattern: /^[A-Z][A-Z0-9_]{0,63}$/,
    }).optional(),
    comment: template('comment', 'A comment of at most 255 characters.').optional(),
  },
).meta({
  allOf: Object.entries(eventFields).map(([kind, { required }]) => ({
    // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
    then: { required: [...required] },
    if: { properties: { event: { const: kind } }, required: ['event'] },
  })),
});

/** The actions of a route. Each is one item or a list. */
export const effectShape = {
  global: oneOrMore(
    'global',
    z.union([globalName, globalSchema], { error: nameOrMapping('global') }),
  )
    .meta({
      description:
        'A global variable that follows the workload: its name, a mapping with values, or a list of these.',
    })
    .optional(),
  job: oneOrMore('job', z.union([jobName, mirrorSchema], { error: nameOrMapping('job') }))
    .meta({
      description:
        'An AutoSys job whose status follows the workload: its name, a mapping with statuses, or a list of these.',
    })
    .optional(),
  events: list('events', eventSchema)
    .meta({ description: 'AutoSys events that are sent once, each when a status is reached.' })
    .optional(),
};

function nameOrMapping(what: string) {
  return ({ input }: { readonly input?: unknown }) =>
    formatFault(what, input, 'a name, or a mapping with name');
}
