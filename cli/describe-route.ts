import { toSelectors } from '../lambda/routing/origin.ts';
import type { EventTemplate, Route } from '../lambda/routing/routes.ts';
import { printTemplate } from '../route-file/template-print.ts';

/** What a route does on some statuses: one event, with its fields as the file writes them. */
export interface RouteActionText {
  readonly on: readonly string[];
  readonly event: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A global variable or a job that a route writes to. */
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

/** Where a route's events come from, in words. */
export function describeOrigin({ from }: Route): string {
  const things = toSelectors(from).map(([subject, { text }]) => `${subjectWords[subject]} ${text}`);
  const parts =
    from.kind === 'execution'
      ? [from.mapChildren === 'ignore' ? '' : `mapChildren: ${from.mapChildren}`]
      : [
          from.arrayChildren === 'ignore' ? '' : `arrayChildren: ${from.arrayChildren}`,
          from.nodes === 'ignore' ? '' : `nodes: ${from.nodes}`,
        ];
  const { accounts = [], regions = [] } = from;
  const where = [
    ...(accounts.length > 0 ? [`account ${accounts.join(' ')}`] : []),
    ...(regions.length > 0 ? [`Region ${regions.join(' ')}`] : []),
  ];
  return [...things, ...where, ...parts.filter((part) => part !== '')].join(', ');
}

/** What a route says, statuses with the same event together. */
export function toRouteActions({ say }: Route): readonly RouteActionText[] {
  const sayings = new Map<string, RouteActionText>();
  for (const [status, templates] of Object.entries(say)) {
    for (const template of templates) {
      const { kind: event, fields } = printEvent(template, status);
      const key = JSON.stringify([event, fields]);
      const on = [...(sayings.get(key)?.on ?? []), status];
      sayings.set(key, { on, event, fields });
    }
  }
  return [...sayings.values()];
}

/** Each thing in AutoSys that the routes write to, once. */
export function toTargets(routes: readonly Route[]): readonly RouteTarget[] {
  const targets = new Map<string, RouteTarget>();
  for (const { to: instance, say } of routes) {
    for (const { fields } of Object.values(say).flat()) {
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

/** One event in few words: `SET_GLOBAL AWS_X = ${status}`. */
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

/** A value that is the status word itself, as most are, is written as such, so that one line tells of all statuses. */
function printEvent({ kind, fields }: EventTemplate, status: string) {
  const printed = Object.entries(fields).map(([name, template]) => {
    const text = printTemplate(template);
    return [name, name === 'value' && text === status ? statusField : text];
  });
  return { kind, fields: Object.fromEntries(printed) as Readonly<Record<string, string>> };
}
