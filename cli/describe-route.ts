import type { OldReaction, RouteObservation } from '../lambda/routing/observation.ts';
import { toSelectors } from '../lambda/routing/origin.ts';
import type { EventTemplate, Route } from '../lambda/routing/routes.ts';
import { printTemplate } from '../route-file/template-print.ts';

/** The event that a route sends on some statuses, with its fields as the route file has them. */
export interface RouteActionText {
  readonly on: readonly string[];
  readonly event: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A global variable, a job or a machine to which a route sends events. */
export interface RouteTarget {
  readonly instance: string;
  readonly kind: 'globalVariable' | 'job' | 'machine';
  readonly name: string;
}

const subjectWords = {
  stateMachine: 'state machine',
  jobQueue: 'job queue',
  jobDefinition: 'job definition',
  batchJobName: 'Batch job name',
} as const;

/** Formats the origin of a route: the workload, accounts, Regions and child settings. */
export function describeOrigin({ from }: Pick<Route, 'from'>): string {
  const things = toSelectors(from).map(([subject, { text, except = [] }]) => {
    const exceptions = except.length === 0 ? '' : ` except ${except.join(' ')}`;
    return `${subjectWords[subject]} ${text}${exceptions}`;
  });
  const parts =
    from.kind === 'execution'
      ? [from.mapChildren === 'ignore' ? '' : `mapChildren: ${from.mapChildren}`]
      : [
          from.arrayChildren === 'ignore' ? '' : `arrayChildren: ${from.arrayChildren}`,
          from.nodes === 'ignore' ? '' : `nodes: ${from.nodes}`,
        ];
  const { accounts = [], regions = [] } = from;
  const locations = [
    ...(accounts.length > 0 ? [`account ${accounts.join(' ')}`] : []),
    ...(regions.length > 0 ? [`Region ${regions.join(' ')}`] : []),
  ];
  return [...things, ...locations, ...parts.filter((part) => part !== '')].join(', ');
}

/** Says that a route only observes, and what it is compared with. */
export function describeObservation(observe: RouteObservation): string {
  return `mode: observe, sends nothing; compared with ${nameOldReaction(observe)}`;
}

/** The old job or variable, for people: `job OLD_POLL_JOB`. */
export function nameOldReaction(observe: OldReaction): string {
  return 'job' in observe ? `job ${observe.job}` : `variable ${observe.variable}`;
}

/** The events of a route or group. Statuses with the same event are in one item. */
export function toRouteActions({ actions }: Pick<Route, 'actions'>): readonly RouteActionText[] {
  const actionsByText = new Map<string, RouteActionText>();
  for (const [status, templates] of Object.entries(actions)) {
    for (const template of templates) {
      const { kind: event, fields } = printEvent(template, status);
      const key = JSON.stringify([event, fields]);
      const on = [...(actionsByText.get(key)?.on ?? []), status];
      actionsByText.set(key, { on, event, fields });
    }
  }
  return [...actionsByText.values()];
}

/** The targets of routes, without duplicates. A group is given once for each of its instances. */
export function toTargets(
  routes: readonly Pick<Route, 'to' | 'actions'>[],
): readonly RouteTarget[] {
  const targets = new Map<string, RouteTarget>();
  for (const { to: instance, actions } of routes) {
    for (const { fields } of Object.values(actions).flat()) {
      for (const kind of ['globalVariable', 'job', 'machine'] as const) {
        const template = fields[kind];
        if (template === undefined) continue;
        const name = printTemplate(template);
        targets.set(`${instance} ${kind} ${name}`, { instance, kind, name });
      }
    }
  }
  return [...targets.values()];
}

/** Formats an event on one line, such as `SET_GLOBAL AWS_X = ${status}`. */
export function formatRouteAction({ event, fields }: RouteActionText): string {
  const { globalVariable, value, job, machine, status, ...rest } = fields;
  const head =
    globalVariable === undefined
      ? (job ?? machine ?? '')
      : `${globalVariable} = ${JSON.stringify(value)}`;
  const tail = Object.entries(rest).map(([name, text]) => `${name} ${JSON.stringify(text)}`);
  return [event, head, status ?? '', ...tail].filter((part) => part !== '').join(' ');
}

const statusField = printTemplate([{ field: 'status' }]);

/** Replaces a value that equals the status by `${status}`, so that one line fits all statuses. */
function printEvent({ kind, fields }: EventTemplate, status: string) {
  const printed = Object.entries(fields).map(([name, template]) => {
    const text = printTemplate(template);
    return [name, name === 'value' && text === status ? statusField : text];
  });
  return { kind, fields: Object.fromEntries(printed) as Readonly<Record<string, string>> };
}
