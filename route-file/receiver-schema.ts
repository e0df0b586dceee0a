import * as z from 'zod';
import { duration } from './quantities.ts';
import { formatFault, leaf, oneOrMore } from './shapes.ts';

/** The schema of the instances of a route or group. */
export const receivers = oneOrMore(
  'to',
  leaf({
    what: 'to',
    allowed: 'the name of an instance in instances',
    description: 'Name of the AutoSys instance that the events are sent to.',
  }),
)
  .meta({
    description:
      'AutoSys instances that the events are sent to: one or a list. Default: the only instance.',
  })
  .optional();

/** The schema of the condition of a route or group. */
export const condition = (description: string) =>
  z
    .record(z.string(), z.unknown(), {
      error: ({ input }) => formatFault('when', input, 'a mapping, such as { exitCode: [4] }'),
    })
    .meta({ description })
    .optional();

/** The schema of the usual duration of the runs of a route or group. */
export const endsWithin = duration({
  what: 'endsWithin',
  min: '1m',
  max: '80d',
  examples: '90m or 12h',
  description:
    'Time after which the sweep looks up a run in AWS, if its end has not arrived. Default: 1h.',
}).optional();
