import type { ValueAtom } from '../../autosys/condition/index.ts';
import { truthOfAtom } from '../../autosys/condition/index.ts';
import type { EventTemplate } from '../../lambda/routing/matched-route.ts';
import { toMirrorEvent } from '../../lambda/routing/mirror.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import type { Template } from '../../lambda/routing/template.ts';
import type { WorkloadStatus } from '../../lambda/workload/workload.ts';
import { printTemplate } from '../../route-file/template-print.ts';

/** A global variable that the bridge sets, with the values that it can have. */
export interface ProducedVariable {
  /** Instances in which it may be set. */
  readonly instances: readonly string[];
  readonly name: Template;
  /** The name as in the route file. */
  readonly text: string;
  readonly values: readonly Template[];
  /** Such as `route settlement`, `group risk`, `target eod`. */
  readonly setBy: readonly string[];
}

/** Who may set any value of variables, such as the requests of AWS processes. */
export interface OpenSetter {
  readonly instance: string;
  /** Pattern of variable names; `*` is any text. */
  readonly pattern: string;
}

interface Setting {
  readonly instances: readonly string[];
  readonly name: Template;
  readonly value: Template;
  readonly setBy: string;
}

/**
 * The variables that routes, groups and mirrors set. A value is a template with what is known filled
 * in: the status. What depends on the event stays a placeholder, which may be any text. Conditions on
 * events (`when`) only leave out events, so they add no value. Pure.
 */
export function toProducedVariables(config: BridgeConfig): readonly ProducedVariable[] {
  const { routes, groups = [], targets, instances } = config;
  // An observed route sets nothing.
  const live = routes.filter(({ observe }) => observe === undefined);
  const settings: readonly Setting[] = [
    ...live.flatMap(({ name, to, actions }) => ofActions(actions, [to], `route ${name}`)),
    ...groups.flatMap(({ name, to, actions }) => ofActions(actions, to, `group ${name}`)),
    ...targets.flatMap((target) =>
      ofMirror(
        target,
        instances.map(({ name }) => name),
      ),
    ),
  ];
  const byName = Map.groupBy(settings, ({ instances: of, name }) =>
    JSON.stringify([of, printTemplate(name)]),
  );
  return [...byName.values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const values = new Map(all.map(({ value }) => [printTemplate(value), value]));
    return [
      {
        instances: first.instances,
        name: first.name,
        text: printTemplate(first.name),
        values: [...values.values()],
        setBy: [...new Set(all.map(({ setBy }) => setBy))],
      },
    ];
  });
}

/** The requests of AWS processes that may set variables. Pure. */
export function toOpenSetters({ requests }: Pick<BridgeConfig, 'requests'>): readonly OpenSetter[] {
  return requests.flatMap(({ actions, instance, globals }) =>
    actions.includes('setGlobal') ? globals.map((pattern) => ({ instance, pattern })) : [],
  );
}

function ofActions(
  actions: Readonly<Partial<Record<WorkloadStatus, readonly EventTemplate[]>>>,
  instances: readonly string[],
  setBy: string,
): readonly Setting[] {
  return Object.entries(actions).flatMap(([status, templates]) =>
    templates.flatMap(({ fields }) => {
      const { globalVariable: name, value } = fields;
      if (name === undefined || value === undefined) return [];
      const known = { status };
      return [{ instances, name: fillKnown(name, known), value: fillKnown(value, known), setBy }];
    }),
  );
}

/** The mirror of a run is in the instance of the job that starts it, which the file does not name. */
function ofMirror(target: LaunchTarget, instances: readonly string[]): readonly Setting[] {
  const { mirror, kind, name } = target;
  if (mirror?.kind !== 'global') return [];
  const ends = kind === 'execution' ? (['TIMED_OUT', 'ABORTED'] as const) : [];
  const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', ...ends] as const;
  const actions = Object.fromEntries(
    statuses.map((status) => [status, [toMirrorEvent(mirror, status)].flatMap((one) => one ?? [])]),
  );
  return ofActions(actions, instances, `target ${name}`);
}

/** The template with the status filled in, and neighbouring texts joined. */
function fillKnown(template: Template, { status }: { readonly status: string }): Template {
  const filled: Template[number][] = [];
  for (const piece of template) {
    const known = typeof piece === 'object' && piece.field === 'status';
    const next = known ? status.slice(0, piece.max) : piece;
    const last = filled.at(-1);
    if (typeof next === 'string' && typeof last === 'string') filled.splice(-1, 1, last + next);
    else filled.push(next);
  }
  return filled;
}

/** Creates the test whether a template, with any text in place of its placeholders, is a text. */
export function createMayBe(template: Template): (text: string) => boolean {
  const parts = template.map((piece) => (typeof piece === 'string' ? escapeRegExp(piece) : '.*'));
  const pattern = new RegExp(`^${parts.join('')}$`, 's');
  return function mayBe(text) {
    return pattern.test(text);
  };
}

/** Whether the value of a template can make a term on its variable true. */
export function canMakeTrue(value: Template, atom: ValueAtom): boolean {
  const isFixed = value.every((piece) => typeof piece === 'string');
  if (!isFixed) return atom.comparison !== '=' || createMayBe(value)(atom.operand);
  const text = value.join('');
  const facts = { now: new Date(0), job: () => undefined, globalVariable: () => text };
  return truthOfAtom(atom, facts) === 'true';
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
