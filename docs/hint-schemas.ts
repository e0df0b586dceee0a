import type { HintAnswer, HintRequest } from '../lambda/launch/api.ts';
import { objectOf, text, whole } from './open-api-schema.ts';

/** Schema of the version in every answer. */
export const versionSchema = text('Version of the API, such as 1.0', {
  pattern: '^\\d+\\.\\d+$',
});

/** Schemas of the hint that a job has ended. */
export const hintSchemas = {
  HintRequest: {
    ...objectOf<HintRequest>(
      { job: true },
      {
        job: text('AutoSys job that has ended', { maxLength: 64 }),
        instance: text('AutoSys instance; default: the only one'),
      },
    ),
    additionalProperties: false,
  },
  HintAnswer: objectOf<HintAnswer>(
    { version: true, job: true, instance: true, waits: true, answered: true },
    {
      version: versionSchema,
      job: text('AutoSys job'),
      instance: text('AutoSys instance'),
      waits: whole('Requests that waited for the job'),
      answered: whole('Those that were answered now; a failed job needs a second read'),
    },
  ),
};
