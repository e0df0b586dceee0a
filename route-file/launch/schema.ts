import { mappingByName } from '../shapes.ts';
import { callerSchema } from './caller-schema.ts';
import { launchNamePattern, launchTargetSchema } from './target-schema.ts';

/** The keys of the launch API at the top of the route file. */
export const launchShape = {
  targets: mappingByName('targets', launchTargetSchema, {
    pattern: launchNamePattern,
    key: 'Name of a target.',
    allowed: 'a mapping of target names, such as settlement',
  })
    .meta({
      description:
        'What AutoSys may start in AWS, by name. Nothing else can be started. Default: nothing.',
    })
    .optional(),
  callers: mappingByName('callers', callerSchema, {
    pattern: launchNamePattern,
    key: 'Name of a caller: the user name of its login.',
    allowed: 'a mapping of caller names, such as agents',
  })
    .meta({ description: 'Who may start which targets, by name. Required to start targets.' })
    .optional(),
};
