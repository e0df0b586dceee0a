import { duration } from './quantities.ts';
import { leaf } from './shapes.ts';

/** The schema of the instance of a route or group. */
export const receiver = leaf({
  what: 'to',
  allowed: 'the name of an instance in instances',
  description:
    'Name of the AutoSys instance that the events are sent to. Default: the only instance.',
}).optional();

/** The schema of the usual duration of the runs of a route or group. */
export const endsWithin = duration({
  what: 'endsWithin',
  min: '1m',
  max: '80d',
  examples: '90m or 12h',
  description:
    'Time after which the sweep looks up a run in AWS, if its end has not arrived. Default: 1h.',
}).optional();
