import { isAutosysEventKind, toTrait } from '../autosys/event.ts';
import type { Template } from '../lambda/routing/template.ts';
import { type EventField, eventFields, toFieldNames } from './event-kinds.ts';
import type { Path } from './faults.ts';
import { isMapping } from './located.ts';
import type { NameUse, RouteAction, RouteReader } from './route-reader.ts';
import { templateTargets } from './template-check.ts';

/** Compiles an event that is sent once, on each status in `on`. */
export function compileEvent(
  item: unknown,
  path: Path,
  reader: RouteReader,
): readonly RouteAction[] {
  if (!isMapping(item)) return [];
  const statuses = readOn(item['on'], [...path, 'on'], reader);
  const { event: kind } = item;
  if (typeof kind !== 'string' || !isAutosysEventKind(kind)) return [];
  const rule = eventFields[kind];
  if (rule === undefined) return [];
  for (const field of rule.required.filter((field) => !(field in item))) {
    reader.refuse([...path, 'event'], `event ${kind} requires ${field}; add it`);
  }
  const fields: Partial<Record<EventField, Template>> = {};
  for (const field of toFieldNames(item)) {
    if (rule.required.includes(field) || rule.optional.includes(field)) {
      const isShared = toTrait(kind).sets !== undefined;
      const use = { reader, on: statuses, isShared };
      const template = readField(field, item[field], [...path, field], use);
      if (template !== undefined) fields[field] = template;
    } else {
      const allowed = [...rule.required, ...rule.optional].join(', ');
      reader.refuseKey([...path, field], `event ${kind} takes no ${field}; allowed: ${allowed}`);
    }
  }
  return statuses.map((on) => ({ on, event: { kind, fields } }));
}

function readOn(given: unknown, path: Path, reader: RouteReader) {
  const words = Array.isArray(given)
    ? given.map((word, at) => [word, [...path, at]] as const)
    : [[given, path] as const];
  const statuses = words.map(([word, at]) =>
    typeof word === 'string' ? reader.readStatus(word, at) : undefined,
  );
  return [...new Set(statuses)].filter((status) => status !== undefined);
}

interface FieldUse extends Pick<NameUse, 'on' | 'isShared'> {
  readonly reader: RouteReader;
}

function readField(
  field: EventField,
  given: unknown,
  path: Path,
  { reader, on, isShared }: FieldUse,
) {
  if (field === 'priority') return typeof given === 'number' ? [String(given)] : undefined;
  if (typeof given !== 'string') return undefined;
  if (field === 'status' || field === 'signals' || field === 'alarm') return [given];
  const target = templateTargets[field];
  return target.isName
    ? reader.readName(given, path, { target, on, isShared })
    : reader.readTemplate(given, path, { target, on });
}
