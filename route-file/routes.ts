import type { AutosysInstance } from '../autosys/names.ts';
import { didYouMean } from '../autosys/suggest.ts';
import type { EventTemplate, Route } from '../lambda/routing/routes.ts';
import type { WorkloadStatus } from '../lambda/workload/workload.ts';
import type { RouteAtPath } from './conflicts.ts';
import { effectShape } from './effect-schema.ts';
import { compileEvent } from './events.ts';
import type { Faults, Path } from './faults.ts';
import { compileGlobal, compileMirror } from './followers.ts';
import { toInstance } from './instances.ts';
import { isMapping } from './located.ts';
import { compileMode } from './mode.ts';
import { compileOrigin, toWorkloadKind } from './origins.ts';
import { readDuration } from './quantities.ts';
import { createRouteReader, type RouteAction, type RouteReader } from './route-reader.ts';
import { compileWhen } from './when.ts';

/** A route or group as the file has it. */
export type RawRoute = Readonly<Record<string, unknown>>;

/**
 * Compiles the valid routes, one for each instance in `to`. Routes with faults that zod has
 * reported are omitted.
 *
 * @param instances the names of all instances in the file, valid or not
 */
export function compileRoutes(
  raw: unknown,
  instances: readonly string[],
  faults: Faults,
): readonly RouteAtPath[] {
  if (!Array.isArray(raw)) return [];
  const names = new Set<string>();
  return raw.flatMap((item: unknown, at) => {
    if (!isMapping(item)) return [];
    const path = ['routes', at];
    const { name } = item;
    if (typeof name === 'string') {
      if (names.has(name)) {
        faults.at([...path, 'name'], `name: duplicate route name ${name}; use another name`);
      }
      names.add(name);
    }
    const from = compileOrigin(item['from'], [...path, 'from'], faults);
    const to = compileReceivers(item, path, instances, faults);
    const kind = toWorkloadKind(item['from']);
    const facts = { kind, from, isCombined: item['combine'] !== undefined };
    const reader = createRouteReader(facts, faults);
    const actions = compileActions(item, path, reader);
    const { statuses } = reader;
    const observe = compileMode(item['mode'], [...path, 'mode'], faults);
    const when = compileWhen(item['when'], [...path, 'when'], { kind, statuses }, faults);
    if (!Object.keys(effectShape).some((key) => key in item)) {
      faults.at(path, 'this route has no action; add global, job or events');
    }
    if (typeof name !== 'string' || from === undefined) return [];
    const common = {
      endsWithinMs: toEndsWithinMs(item),
      ...toCombine(item),
      ...(when && { when }),
      ...(observe && { observe }),
      actions,
    };
    return to.map((instance) => ({ route: { name, from, to: instance, ...common }, path }));
  });
}

/** The `endsWithin` of a route or group, in milliseconds. */
export function toEndsWithinMs({ endsWithin = '1h' }: RawRoute): number {
  return typeof endsWithin === 'string' ? (readDuration(endsWithin) ?? 0) : 0;
}

function toCombine({ combine }: RawRoute): Pick<Route, 'combine'> {
  return combine === 'latest' ? { combine } : {};
}

/** The instances in the `to` of a route or group, each once. Empty if there is a fault. */
export function compileReceivers(
  route: RawRoute,
  path: Path,
  instances: readonly string[],
  faults: Faults,
): readonly AutosysInstance[] {
  const { to } = route;
  if (to === undefined) {
    if (instances.length === 1) return instances.flatMap((one) => toInstance(one) ?? []);
    if (instances.length > 1) {
      faults.at([...path, 'to'], `to is missing; allowed: ${instances.join(', ')}`);
    }
    return [];
  }
  const allowed = instances.length === 0 ? '' : `; allowed: ${instances.join(', ')}`;
  const seen = new Set<string>();
  return toItems(to, [...path, 'to']).flatMap(([name, at]) => {
    if (typeof name !== 'string') return [];
    if (seen.has(name)) {
      faults.at(at, `to: instance ${name} is listed twice; remove one`);
      return [];
    }
    seen.add(name);
    if (instances.includes(name)) return toInstance(name) ?? [];
    const found = `to: unknown instance ${JSON.stringify(name)}`;
    faults.at(at, `${found}${didYouMean(name, instances)}${allowed}`);
    return [];
  });
}

/**
 * Compiles the actions: first global variables, then mirrored jobs, then events; each in the order
 * of the file.
 */
export function compileActions(route: RawRoute, path: Path, reader: RouteReader): Route['actions'] {
  const each = (
    key: string,
    compile: (item: unknown, path: Path, reader: RouteReader) => readonly RouteAction[],
  ) => toItems(route[key], [...path, key]).flatMap(([item, at]) => compile(item, at, reader));
  const actions: Partial<Record<WorkloadStatus, EventTemplate[]>> = {};
  for (const { on, event } of [
    ...each('global', compileGlobal),
    ...each('job', compileMirror),
    ...each('events', compileEvent),
  ]) {
    actions[on] = [...(actions[on] ?? []), event];
  }
  return actions;
}

function toItems(given: unknown, path: Path): readonly (readonly [unknown, Path])[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) return [[given, path]];
  return given.map((item, at) => [item, [...path, at]] as const);
}
