import * as z from 'zod';
import { effectShape } from './effect-schema.ts';
import type { Faults } from './faults.ts';
import { groupsShape } from './groups/schema.ts';
import { instancesSchema } from './instance-schema.ts';
import { launchShape } from './launch/schema.ts';
import { modeSchema } from './mode.ts';
import { nightShape } from './night/schema.ts';
import { accountSchema, originSchema } from './origin-schema.ts';
import { condition, endsWithin, receivers } from './receiver-schema.ts';
import { requestsShape } from './requests/schema.ts';
import { booleanShape, formatFault, leaf, list, mapping, oneOf } from './shapes.ts';

const routeSchema = mapping(
  {
    what: 'a route',
    description:
      'A route: the workloads in AWS that it matches, and the AutoSys events that it sends.',
    hints: {
      globals: 'unknown key "globals" in a route; did you mean global? It takes one item or a list',
      jobs: 'unknown key "jobs" in a route; did you mean job? It takes one item or a list',
      observe: 'unknown key "observe" in a route; did you mean mode: { observe: { job: … } }?',
    },
  },
  {
    name: leaf({
      what: 'name',
      allowed: '1 to 64 letters, digits and . _ -',
      description: 'Name of the route in logs and messages. Unique in the file.',
      pattern: /^[A-Za-z0-9._-]{1,64}$/,
    }),
    from: originSchema,
    to: receivers,
    when: condition(
      'Condition on the fields of the event: an event pattern of EventBridge, such as { exitCode: [4] } or { output: { settled: [true] } }. Default: the route acts on every event.',
    ),
    endsWithin,
    combine: oneOf(
      'combine',
      ['latest'],
      'How several workloads share a variable, job status or toggle. latest: the run that began last decides, even if another workload FAILED. Required in each route that sets such a target. Default: such a target is rejected.',
    ).optional(),
    mode: modeSchema,
    ...effectShape,
  },
);

const oneRouteOrMore = 'a list of one or more';

/** Rejects a file that has neither routes nor groups nor targets nor requests. */
export function refuseNoRoutes(
  { routes, groups, targets, requests }: Readonly<Record<string, unknown>>,
  faults: Faults,
): void {
  if ([groups, targets, requests].some((given) => given !== undefined)) return;
  if (routes === undefined) {
    faults.at(['routes'], formatFault('routes', routes, oneRouteOrMore));
  } else if (Array.isArray(routes) && routes.length === 0) {
    faults.at(['routes'], `routes: found an empty list, allowed: ${oneRouteOrMore}`);
  }
}

/** The schema of the route file. Editors use its JSON Schema. */
export const routeFileSchema = mapping(
  {
    what: 'the route file',
    description:
      'Configuration of the AutoSys bridge: instances, routes, groups, targets, callers, requests and pages of the night.',
  },
  {
    instances: instancesSchema,
    // `refuseNoRoutes` requires one, unless the file has groups, targets or requests.
    routes: z
      .array(routeSchema, { error: ({ input }) => formatFault('routes', input, oneRouteOrMore) })
      .meta({
        description:
          'Which state changes in AWS send which AutoSys events to which instance. May be omitted in a file with groups, targets or requests.',
      })
      .optional(),
    ...groupsShape,
    ...launchShape,
    ...requestsShape,
    ...nightShape,
    accounts: list('accounts', accountSchema)
      .meta({
        description:
          'AWS accounts whose events are allowed, besides the account of the bridge and those that routes name. Events of other accounts are discarded.',
      })
      .optional(),
    metricPerRoute: booleanShape(
      'metricPerRoute',
      'Whether the time to confirmation is also emitted per route: one custom metric for each route. Default: true.',
    ).optional(),
  },
).meta({
  title: 'AutoSys bridge',
  anyOf: ['routes', 'groups', 'targets', 'requests'].map((key) => ({ required: [key] })),
  patternProperties: {
    '^x-': { description: 'Any value. Use it to define anchors; it is otherwise ignored.' },
  },
});

/** Returns the JSON Schema of the route file, for `# yaml-language-server: $schema=…`. */
export function toJsonSchema(): unknown {
  return z.toJSONSchema(routeFileSchema, { target: 'draft-7', io: 'input', reused: 'inline' });
}
