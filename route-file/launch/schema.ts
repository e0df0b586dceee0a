import * as z from 'zod';
import { formatFault } from '../shapes.ts';
import { callerSchema } from './caller-schema.ts';
import { launchNamePattern, launchTargetSchema } from './target-schema.ts';

/** A mapping by names that `compileLaunch` checks, because zod hides the faults of their values. */
function byName<Value extends z.core.$ZodType>(
  what: string,
  value: Value,
  texts: { readonly key: string; readonly allowed: string },
) {
  return z
    .record(z.string().meta({ description: texts.key, pattern: launchNamePattern.source }), value, {
      error: ({ input }) => formatFault(what, input, texts.allowed),
    })
    .refine((all) => Object.keys(all).length > 0, {
      error: `${what}: found none, allowed: one or more`,
    });
}

/** The keys of the launch API at the top of the route file. */
export const launchShape = {
  targets: byName('targets', launchTargetSchema, {
    key: 'Name of a target.',
    allowed: 'a mapping of target names, such as settlement',
  })
    .meta({
      description:
        'What AutoSys may start in AWS, by name. Nothing else can be started. Default: nothing.',
    })
    .optional(),
  callers: byName('callers', callerSchema, {
    key: 'Name of a caller: the user name of its login.',
    allowed: 'a mapping of caller names, such as agents',
  })
    .meta({ description: 'Who may start which targets, by name. Required to start targets.' })
    .optional(),
};
