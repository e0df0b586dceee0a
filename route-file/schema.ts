import * as z from 'zod';
import { effectShape } from './effect-schema.ts';
import { instancesSchema } from './instance-schema.ts';
import { accountSchema, originSchema } from './origin-schema.ts';
import { duration } from './quantities.ts';
import { leaf, list, mapping, oneOf, truth } from './shapes.ts';

const routeSchema = mapping(
  {
    what: 'a route',
    description: 'What is heard on AWS, and what AutoSys is told on it.',
    hints: {
      globals: 'unknown key "globals" in a route; did you mean global? It takes one or a list',
      jobs: 'unknown key "jobs" in a route; did you mean job? It takes one or a list',
    },
  },
  {
    name: leaf({
      what: 'name',
      allowed: '1 to 64 letters, digits and . _ -',
      description: 'The name of the route in logs and messages; no two routes share one.',
      pattern: /^[A-Za-z0-9._-]{1,64}$/,
    }),
    from: originSchema,
    to: leaf({
      what: 'to',
      allowed: 'the name of an instance above',
      description: 'The AutoSys instance that is told. Default: the only one there is.',
    }).optional(),
    endsWithin: duration({
      what: 'endsWithin',
      least: '1m',
      most: '80d',
      such: '90m or 12h',
      description: 'A run that has not ended by then is asked about in AWS. Default: 1h.',
    }).optional(),
    combine: oneOf(
      'combine',
      ['latest'],
      'How several workloads share a variable, job status or toggle: latest lets the run that began last decide, also over a FAILED of another workload. Each route that names such a target needs it. Default: such a target is refused.',
    ).optional(),
    ...effectShape,
  },
);

/** The whole route file; its JSON Schema is what editors are given. */
export const routeFileSchema = mapping(
  { what: 'the route file', description: 'The AutoSys bridge: instances and routes.' },
  {
    instances: instancesSchema,
    routes: list('routes', routeSchema).meta({
      description: 'Which state changes of AWS are told to which AutoSys, and how.',
    }),
    accounts: list('accounts', accountSchema)
      .meta({
        description:
          "The AWS accounts that may speak, beside the bridge's own and those that routes name. Others are refused.",
      })
      .optional(),
    metricPerRoute: truth(
      'metricPerRoute',
      'Whether the time to the confirmation is told by route too: one custom metric for each. Default: true.',
    ).optional(),
  },
).meta({
  title: 'AutoSys bridge',
  patternProperties: {
    '^x-': { description: 'Anything; a place for anchors, otherwise ignored.' },
  },
});

/** The JSON Schema of the route file, for `# yaml-language-server: $schema=…`. */
export function toJsonSchema(): unknown {
  return z.toJSONSchema(routeFileSchema, { target: 'draft-7', io: 'input', reused: 'inline' });
}
