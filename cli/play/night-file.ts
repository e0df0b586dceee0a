import { splitCommandLine } from '../../autosys/command-line.ts';
import type { AutosysEvent } from '../../autosys/event.ts';
import { parseSendevent, separateFlags } from '../../autosys/sendevent.ts';
import type { Source } from '../../autosys/source.ts';
import { didYouMean } from '../../autosys/suggest.ts';
import { UsageError } from '../../autosys/usage.ts';
import type { Home } from '../../lambda/routing/origin.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import { readDuration } from '../../route-file/quantities.ts';
import { FileError } from '../exit-code.ts';
import { readJsonValues } from '../explain/json-values.ts';
import { describeNonEvent } from '../explain/non-event.ts';
import { toEnvelopeTime } from '../explain/outcome-today.ts';
import { findWorkload } from './find-workload.ts';
import { type BreakRequest, findIncidentFaults } from './incidents.ts';
import { findRequestFaults, type TriggerRequest } from './trigger-workload.ts';

/** One line of a night: when it happens, and what. */
export interface NightStep {
  /** Milliseconds after the start of the night. */
  readonly atMs: number;
  readonly action: NightAction;
}

/** What happens at a step. */
export type NightAction =
  | { readonly kind: 'trigger'; readonly request: TriggerRequest }
  /** An EventBridge event, moved in time when it is played. */
  | { readonly kind: 'event'; readonly event: unknown }
  | { readonly kind: 'sendevent'; readonly event: AutosysEvent; readonly instance?: string }
  | { readonly kind: 'break'; readonly request: BreakRequest }
  | { readonly kind: 'mend' };

/** What the names in a night are checked with. */
export interface NightContext {
  readonly config: BridgeConfig;
  readonly home: Home;
  readonly now: Date;
}

/** The kinds of lines by the key that shows the kind, and their other keys. */
const lineKeys = {
  name: ['at', 'status', 'error', 'exitCode', 'output', 'input', 'again', 'lost'],
  event: ['at'],
  sendevent: ['at', 'instance'],
  break: ['at', 'job', 'instance'],
  mend: ['at'],
} as const;
type LineKind = keyof typeof lineKeys;

/**
 * Reads the file of `play --events`: one JSON object per line, in any order.
 *
 * A line is a status change by name, an AutoSys event, an incident, or an EventBridge event. An
 * EventBridge event without `at` keeps its distance in time from the first one.
 *
 * @throws {FileError} with every fault and its line
 */
export function readNight(source: Source, context: NightContext): readonly NightStep[] {
  const faults: string[] = [];
  const steps: NightStep[] = [];
  let firstMs: number | undefined;
  for (const read of readJsonValues(source.text)) {
    const place = `${source.name}:${read.line}`;
    if (read.kind === 'fault') {
      faults.push(`${place}: ${read.reason}`);
      continue;
    }
    const isList = Array.isArray(read.value);
    for (const [at, value] of toList(read.value).entries()) {
      const emitted = isEvent(value) ? toEnvelopeTime(value)?.getTime() : undefined;
      firstMs ??= emitted;
      const atMs = emitted === undefined || firstMs === undefined ? 0 : emitted - firstMs;
      const step = isEvent(value) ? toEventStep(value, atMs, context) : toStep(value, context);
      if (typeof step === 'string') faults.push(`${place}: ${isList ? `[${at}]: ` : ''}${step}`);
      else steps.push(step);
    }
  }
  if (faults.length === 0 && steps.length === 0) faults.push(`${source.name}:1: no line found`);
  const [first, ...more] = faults;
  if (first === undefined) return steps.toSorted((one, other) => one.atMs - other.atMs);
  const place = `${source.name}:${/:(\d+): /.exec(first.slice(source.name.length))?.[1]}`;
  const reason = [first.slice(place.length + 2), ...more].join('\n');
  throw new FileError({ file: place, reason });
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEvent(value: unknown): boolean {
  return isObject(value) && ('detail-type' in value || 'detail' in value);
}

/** @returns the step, or what is wrong with the event */
function toEventStep(event: unknown, atMs: number, { now }: NightContext): NightStep | string {
  const fault = describeNonEvent(event);
  if (fault !== undefined) return fault;
  const reading = readWorkloadEvent(event, now);
  if (reading.kind === 'invalid') return `an invalid event: ${reading.error.message}`;
  return { atMs: Math.max(0, atMs), action: { kind: 'event', event } };
}

/** @returns the step, or what is wrong with the line */
function toStep(line: unknown, context: NightContext): NightStep | string {
  if (!isObject(line))
    return 'expected a JSON object such as {"at": "30s", "name": "settlement", "status": "FAILED"}';
  const kinds = Object.keys(lineKeys).filter((key) => key in line);
  const [kind] = kinds;
  if (!isLineKind(kind) || kinds.length > 1) {
    return `expected one of ${Object.keys(lineKeys).join(', ')}, found ${kinds.join(' and ') || 'none'}`;
  }
  const allowed: readonly string[] = [kind, ...lineKeys[kind]];
  const unknown = Object.keys(line).find((key) => !allowed.includes(key));
  if (unknown !== undefined) {
    const found = JSON.stringify(unknown.slice(0, 40));
    return `unknown key ${found}, allowed: ${allowed.join(', ')}${didYouMean(unknown, allowed)}`;
  }
  const atMs = toOffset(line['at']);
  if (atMs === undefined) {
    return 'at: expected the time after the start of the night, such as "90s", "10m" or "1h"';
  }
  const action = toAction(kind, line, { ...context, atMs });
  return typeof action === 'string' ? action : { atMs, action };
}

function isLineKind(key: string | undefined): key is LineKind {
  return key !== undefined && Object.hasOwn(lineKeys, key);
}

function toOffset(at: unknown): number | undefined {
  if (at === undefined) return 0;
  return typeof at === 'string' ? readDuration(at) : undefined;
}

function toAction(
  kind: LineKind,
  line: JsonObject,
  context: NightContext & { readonly atMs: number },
): NightAction | string {
  switch (kind) {
    case 'name':
      return toTrigger(line, context);
    case 'event': {
      const step = toEventStep(line['event'], context.atMs, context);
      return typeof step === 'string' ? step : step.action;
    }
    case 'sendevent':
      return toSendevent(line, context);
    case 'break':
      return toBreak(line, context);
    case 'mend':
      return line['mend'] === true ? { kind } : 'mend: expected true';
    default:
      return kind satisfies never;
  }
}

function toTrigger(line: JsonObject, { config, home }: NightContext): NightAction | string {
  const { name, status, error, exitCode, again, lost } = line;
  if (typeof name !== 'string' || typeof status !== 'string') {
    return 'name, status: expected two texts, such as "settlement" and "FAILED"';
  }
  if (error !== undefined && typeof error !== 'string') return 'error: expected a text';
  if (exitCode !== undefined && !isExitCode(exitCode)) return 'exitCode: expected 0 to 255';
  const flags = { again, lost };
  const flag = Object.entries(flags).find(([, on]) => on !== undefined && typeof on !== 'boolean');
  if (flag) return `${flag[0]}: expected true or false`;
  const request: TriggerRequest = {
    ...{ name, status, again: again === true, lost: lost === true },
    ...(error !== undefined && { error }),
    ...(exitCode !== undefined && { exitCode }),
    ...('output' in line && { output: JSON.stringify(line['output']) }),
    ...('input' in line && { input: JSON.stringify(line['input']) }),
  };
  const workload = findWorkload(config, home, name);
  if (typeof workload === 'string') return workload;
  const [fault] = findRequestFaults(workload, request);
  return fault?.replace(/^--/, '') ?? { kind: 'trigger', request };
}

function isExitCode(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255;
}

function toSendevent(
  { sendevent, instance }: JsonObject,
  { config }: NightContext,
): NightAction | string {
  if (typeof sendevent !== 'string') {
    return 'sendevent: expected the arguments of sendevent as a text, such as "-E STARTJOB -J NIGHT"';
  }
  const names: readonly string[] = config.instances.map(({ name }) => name);
  if (instance !== undefined && !names.includes(String(instance))) {
    return `instance: allowed: ${names.join(' ')}`;
  }
  try {
    const { event } = parseSendevent(separateFlags(splitCommandLine(sendevent)));
    return {
      kind: 'sendevent',
      event,
      ...(instance !== undefined && { instance: String(instance) }),
    };
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

function toBreak({ break: kind, job, instance }: JsonObject, { config }: NightContext) {
  const texts = [kind, job, instance].filter((one) => one !== undefined);
  if (!texts.every((one) => typeof one === 'string')) {
    return 'break, job, instance: expected texts';
  }
  const request: BreakRequest = {
    kind: String(kind),
    ...(job !== undefined && { job: String(job) }),
    ...(instance !== undefined && { instance: String(instance) }),
  };
  const instances = config.instances.map(({ name }) => name);
  const [fault] = findIncidentFaults(request, instances);
  return fault ?? { kind: 'break' as const, request };
}
