import type { EventTemplate } from '../lambda/routing/routes.ts';
import type { WorkloadStatus } from '../lambda/workload/workload.ts';
import { type Conflict, findWorstConflict, type RouteAtPath, type Setting } from './conflicts.ts';
import type { Faults } from './faults.ts';
import { groupBy } from './group-by.ts';
import { findPersistentTarget } from './targets.ts';

/**
 * A target with all of its settings: a global variable, or a property of a job such as status or
 * hold, of one instance.
 */
interface Target {
  readonly name: string;
  readonly settings: readonly Setting[];
}

/**
 * Finds routes that set the same target to different values.
 *
 * A fault, if one event would set two values: the ledger admits the first and discards the second
 * as a duplicate, so it would never be sent. A warning, if two routes may match one event, set the
 * same value, or match different runs of one workload. `checkSharedTargets` checks different
 * workloads with one target.
 */
export function findOverlaps(
  placed: readonly RouteAtPath[],
  { faults, warnings }: { readonly faults: Faults; readonly warnings: Faults },
): void {
  for (const { name, settings } of toTargets(placed)) {
    const byRoute = [...groupBy(settings, (setting) => setting.placed).values()];
    let hasOtherRuns = false;
    for (const [at, mine] of byRoute.entries()) {
      refuseTwice(mine, name, { faults, warnings });
      // Only the most serious conflict is reported.
      const worst = findWorstConflict(byRoute.slice(0, at), mine);
      // For a workload in a hundred accounts, this conflict is intended, so it is reported once per
      // target.
      if (worst && !(worst.kind === 'otherRuns' && hasOtherRuns))
        report(worst, name, { faults, warnings });
      hasOtherRuns ||= worst?.kind === 'otherRuns';
    }
  }
}

/** Groups the settings by target. A name with fields depends on the event and is not compared. */
function toTargets(placed: readonly RouteAtPath[]): readonly Target[] {
  const targets = new Map<string, { name: string; settings: Setting[] }>();
  for (const one of placed) {
    for (const [status, events] of Object.entries(one.route.actions)) {
      for (const event of events) {
        const read = toSetting(event, status);
        if (read === undefined) continue;
        const name = `${read.target} of ${one.route.to}`;
        const known = targets.get(name) ?? { name, settings: [] };
        known.settings.push({ placed: one, status: status as WorkloadStatus, value: read.value });
        targets.set(name, known);
      }
    }
  }
  return [...targets.values()].filter(({ settings }) => settings.length > 1);
}

function toSetting(event: EventTemplate, status: string) {
  const target = findPersistentTarget(event);
  if (target === undefined) return undefined;
  const [text, ...more] = target.name;
  if (typeof text !== 'string' || more.length > 0) return undefined;
  // If the event has no value field, its kind is the value: on hold or off hold.
  const value = event.fields[target.property] ?? [event.kind];
  const [piece, ...pieces] = value;
  const isStatusWord = pieces.length === 0 && typeof piece === 'object' && piece.field === 'status';
  return {
    target: target.text,
    value: JSON.stringify(isStatusWord ? [status] : value),
  };
}

function refuseTwice(
  settings: readonly Setting[],
  name: string,
  { faults, warnings }: { readonly faults: Faults; readonly warnings: Faults },
): void {
  const [first] = settings;
  if (first === undefined) return;
  const twice = [...groupBy(settings, ({ status }) => status)].filter(
    ([, alike]) => alike.length > 1,
  );
  const different = twice.filter(([, alike]) => new Set(alike.map(({ value }) => value)).size > 1);
  const path = [...first.placed.path, 'name'];
  const on = (some: typeof twice) => some.map(([status]) => status).join(', ');
  if (different.length > 0) {
    faults.at(
      path,
      `this route sets ${name} to two values on ${on(different)}; only the first would be sent, so remove one`,
    );
  } else if (twice.length > 0) {
    warnings.at(path, `this route sets ${name} twice on ${on(twice)}; remove one`);
  }
}

function report(
  { kind, first, second, statuses }: Conflict,
  name: string,
  { faults, warnings }: { readonly faults: Faults; readonly warnings: Faults },
): void {
  const path = [...second.path, 'name'];
  const otherRoute = `route ${first.route.name} (line ${faults.lineOf([...first.path, 'name'])})`;
  const on = statuses.join(', ');
  switch (kind) {
    case 'contradiction':
      faults.at(
        path,
        `${otherRoute} matches the same events and sets ${name} to another value on ${on}; only the first would be sent, so remove one of them, or use different names`,
      );
      return;
    case 'possibleContradiction':
      warnings.at(
        path,
        `${otherRoute} may match the same events and sets ${name} to another value on ${on}; for such an event, only the first value would be sent`,
      );
      return;
    case 'repetition':
      warnings.at(
        path,
        `${otherRoute} matches the same events and sets ${name} to the same value on ${on}; remove one of them`,
      );
      return;
    case 'otherRuns':
      warnings.at(
        path,
        `${otherRoute} also sets ${name}, for other runs of the same workload: a FAILED of one run is discarded when another run that began later succeeds; use different names, or add combine: latest to both routes if the run that began last should decide`,
      );
      return;
    case 'none':
      return;
    default:
      kind satisfies never;
  }
}
