import type { EventTemplate } from '../lambda/routing/routes.ts';
import type { WorkloadStatus } from '../lambda/workload/workload.ts';
import type { Faults } from './faults.ts';
import { type Conflict, findWorst, type RouteAtPath, type Setting } from './rivalry.ts';
import { findPersistentTarget } from './targets.ts';

/** What several settings are of: a global variable, or a job's status or hold or the like, of one AutoSys. */
interface Target {
  readonly name: string;
  readonly settings: readonly Setting[];
}

/**
 * Finds routes that fight for one target.
 *
 * A fault where one event would bring it to two values: the ledger takes the first and drops the second as a duplicate, so a
 * value of the file would never be set. A warning where two routes may hear one event, say the very same, or hear different
 * runs of one workload. Different workloads on one target are the matter of `checkSharedTargets`.
 */
export function findOverlaps(
  placed: readonly RouteAtPath[],
  { faults, warnings }: { readonly faults: Faults; readonly warnings: Faults },
): void {
  for (const { name, settings } of toTargets(placed)) {
    const byRoute = [...Map.groupBy(settings, (setting) => setting.placed).values()];
    let hasTurns = false;
    for (const [at, mine] of byRoute.entries()) {
      refuseTwice(mine, name, { faults, warnings });
      // One rival is enough for a message, and the worst is told.
      const worst = findWorst(byRoute.slice(0, at), mine);
      // A hundred accounts that run one workload take turns by design: that is said once.
      if (worst && !(worst.kind === 'turns' && hasTurns)) tell(worst, name, { faults, warnings });
      hasTurns ||= worst?.kind === 'turns';
    }
  }
}

/** A name with fields in it is another one for each event, and is not compared. */
function toTargets(placed: readonly RouteAtPath[]): readonly Target[] {
  const targets = new Map<string, { name: string; settings: Setting[] }>();
  for (const one of placed) {
    for (const [status, events] of Object.entries(one.route.say)) {
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
  // Of what takes no value the event itself is one: on hold, off hold.
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
  const twice = [...Map.groupBy(settings, ({ status }) => status)].filter(
    ([, alike]) => alike.length > 1,
  );
  const fought = twice.filter(([, alike]) => new Set(alike.map(({ value }) => value)).size > 1);
  const path = [...first.placed.path, 'name'];
  const on = (some: typeof twice) => some.map(([status]) => status).join(', ');
  if (fought.length > 0) {
    faults.at(
      path,
      `this route brings ${name} to two values on ${on(fought)}; only the first would ever be set, so keep one`,
    );
  } else if (twice.length > 0) {
    warnings.at(path, `this route sets ${name} twice on ${on(twice)}; once is enough`);
  }
}

function tell(
  { kind, first, second, statuses }: Conflict,
  name: string,
  { faults, warnings }: { readonly faults: Faults; readonly warnings: Faults },
): void {
  const path = [...second.path, 'name'];
  const rival = `route ${first.route.name} (line ${faults.lineOf([...first.path, 'name'])})`;
  const on = statuses.join(', ');
  switch (kind) {
    case 'fight':
      faults.at(
        path,
        `${rival} hears the same and brings ${name} to another value on ${on}; only the first would ever be set, so let one of them say it, or give each a name of its own`,
      );
      return;
    case 'perhaps':
      warnings.at(
        path,
        `${rival} may hear the same and brings ${name} to another value on ${on}; of one event only the first would be set`,
      );
      return;
    case 'repetition':
      warnings.at(
        path,
        `${rival} hears the same and says the same of ${name} on ${on}; one of them is enough`,
      );
      return;
    case 'turns':
      warnings.at(
        path,
        `${rival} sets ${name} too, for other runs of the same workload: a FAILED of one is discarded when another that began later succeeds; give each a name of its own, or add combine: latest to both routes if the run that began last is to decide`,
      );
      return;
    case 'peace':
      return;
    default:
      kind satisfies never;
  }
}
