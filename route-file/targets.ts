import { toTrait } from '../autosys/event.ts';
import type { EventTemplate } from '../lambda/routing/routes.ts';
import type { Template } from '../lambda/routing/template.ts';
import type { WorkloadStatus } from '../lambda/workload/workload.ts';
import type { RouteAtPath } from './conflicts.ts';
import { type NamePattern, toNamePattern } from './name-pattern.ts';
import { printTemplate } from './template-print.ts';
import { toWorkloads, type Workloads } from './workloads.ts';

/**
 * The persistent state that an event sets: a global variable, or a property of a job such as
 * status, hold or ice.
 */
export interface PersistentTarget {
  /**
   * `value` of a global variable; `status`, `hold`, `ice`, `noexec`, `suspension`, `priority` of a
   * job.
   */
  readonly property: string;
  readonly name: Template;
  /** For messages. */
  readonly text: string;
}

/**
 * Returns the target of an event, or `undefined` for a one-shot event, which sets no persistent
 * state.
 */
export function findPersistentTarget({
  kind,
  fields,
}: EventTemplate): PersistentTarget | undefined {
  const { sets } = toTrait(kind);
  if (sets === undefined) return undefined;
  const name = fields[sets === 'value' ? 'globalVariable' : 'job'];
  if (name === undefined) return undefined;
  const printed = printTemplate(name);
  return {
    property: sets,
    name,
    text: sets === 'value' ? printed : `the ${sets} of job ${printed}`,
  };
}

/** A target of one route. */
export interface TargetUse extends PersistentTarget {
  readonly placed: RouteAtPath;
  readonly workloads: Workloads;
  readonly pattern: NamePattern;
  /** Property and template as a text, to compare two uses. */
  readonly spelling: string;
}

/**
 * Finds each target of a route, once. A name that contains the status is listed once per status.
 */
export function findTargetUses(placed: RouteAtPath): readonly TargetUse[] {
  const { route } = placed;
  const workloads = toWorkloads(route.from);
  const uses = new Map<string, TargetUse>();
  for (const [status, events] of Object.entries(route.actions)) {
    for (const event of events) {
      const target = findPersistentTarget(event);
      if (target === undefined) continue;
      const pattern = toNamePattern(target.name, route, status as WorkloadStatus);
      const spelling = JSON.stringify([target.property, target.name]);
      const key = JSON.stringify([spelling, pattern.segments]);
      if (!uses.has(key)) uses.set(key, { ...target, placed, workloads, pattern, spelling });
    }
  }
  return [...uses.values()];
}
