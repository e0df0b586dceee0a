import type { Problem } from '../../../autosys/source.ts';
import type { Route } from '../routes.ts';
import { Faults } from './faults.ts';
import type { Located } from './located.ts';

/** Warns where two routes hear the same and set one global variable on the same status: the later value stays. */
export function findOverlaps(routes: readonly Route[], root: Located): readonly Problem[] {
  const warnings = new Faults(root, []);
  const firstByKey = new Map<string, Route>();
  for (const [at, route] of routes.entries()) {
    const overlaps = new Map<string, readonly string[]>();
    for (const { key, status, globalVariable } of toSettings(route)) {
      const first = firstByKey.get(key);
      if (first === undefined) firstByKey.set(key, route);
      else {
        const subject = `route ${first.name} hears the same and sets ${globalVariable} too`;
        overlaps.set(subject, [...(overlaps.get(subject) ?? []), status]);
      }
    }
    for (const [subject, statuses] of overlaps) {
      warnings.at(
        ['routes', at, 'name'],
        `${subject}, on ${statuses.join(', ')}; the value set last stays`,
      );
    }
  }
  return warnings.problems;
}

/** A name with fields in it is another one for each event, and is not compared. */
function toSettings({ from, to, say }: Route) {
  return Object.entries(say).flatMap(([status, events]) =>
    events.flatMap(({ fields }) => {
      const [globalVariable, ...more] = fields['globalVariable'] ?? [];
      if (typeof globalVariable !== 'string' || more.length > 0) return [];
      return [{ key: JSON.stringify([from, to, status, globalVariable]), status, globalVariable }];
    }),
  );
}
