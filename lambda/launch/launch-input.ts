import {
  type LaunchField,
  type LaunchJson,
  type LaunchTarget,
  toParamPattern,
} from '../routing/targets.ts';
import { toDigest } from '../workload/digest.ts';
import type { InputFault } from './api-error.ts';
import { isExactNumber } from './exact-json.ts';
import type { JobTry, LaunchIdentity } from './run-name.ts';

/** Maximum size of the input in bytes: StartExecution, and the payload of SubmitJob. */
export const maxInputBytes = { execution: 256 * 1_024, batchJob: 30 * 1_024 } as const;
/** Maximum characters of a parameter. It limits the time that a pattern takes. */
const maxParamLength = 1_024;

/** Values of the fields that a template may name. */
export type LaunchValues = Readonly<Record<LaunchField, string>> & {
  readonly params: Readonly<Record<string, string>>;
};

/** The values for the templates of a target. A run outside AutoSys has no job, run and try. */
export function toLaunchValues(
  identity: LaunchIdentity,
  name: string,
  params: Readonly<Record<string, string>>,
): LaunchValues {
  const none: Pick<JobTry, 'instance' | 'job'> = { instance: '', job: '' };
  const { instance, job } = identity.kind === 'jobTry' ? identity : none;
  const run = identity.kind === 'jobTry' ? String(identity.run) : '';
  const number = identity.kind === 'jobTry' ? String(identity.try) : '';
  return { instance, job, run, try: number, name, params };
}

/** Faults of the parameters and the input of a request. Values are not quoted. Pure. */
export function findInputFaults(
  target: LaunchTarget,
  {
    params = {},
    input,
  }: { readonly params?: Readonly<Record<string, string>>; readonly input?: unknown },
): readonly InputFault[] {
  const faults: InputFault[] = [];
  const declared = Object.keys(target.params);
  const allowed = declared.length === 0 ? 'none' : declared.join(', ');
  for (const [name, value] of Object.entries(params)) {
    const path = `params.${name}`;
    const pattern = Object.hasOwn(target.params, name) ? target.params[name] : undefined;
    if (pattern === undefined) {
      faults.push({
        path,
        message: `target ${target.name} has no such parameter; allowed: ${allowed}`,
      });
    } else if (value.length > maxParamLength) {
      const message = `found ${value.length} characters, allowed: at most ${maxParamLength}`;
      faults.push({ path, message });
    } else if (!toParamPattern(pattern).test(value)) {
      faults.push({ path, message: `the value does not match ${pattern}` });
    }
  }
  for (const name of declared) {
    if (!Object.hasOwn(params, name)) {
      faults.push({ path: `params.${name}`, message: 'is missing' });
    }
  }
  return [...faults, ...findGivenFaults(target, input)];
}

function findGivenFaults({ name, kind, input }: LaunchTarget, given: unknown): InputFault[] {
  const path = 'input';
  if (input !== 'given') {
    if (given === undefined) return [];
    return [{ path, message: `target ${name} has its own input; allowed: params` }];
  }
  if (given === undefined)
    return [{ path, message: `is missing; target ${name} needs a JSON value` }];
  const isTexts =
    typeof given === 'object' &&
    given !== null &&
    !isExactNumber(given) &&
    !Array.isArray(given) &&
    Object.values(given).every((value) => typeof value === 'string');
  if (kind === 'batchJob' && !isTexts) {
    return [{ path, message: 'the parameters of a Batch job are an object of texts' }];
  }
  const bytes = Buffer.byteLength(JSON.stringify(given));
  if (bytes <= maxInputBytes[kind]) return [];
  return [{ path, message: `found ${bytes} bytes, allowed: at most ${maxInputBytes[kind]}` }];
}

/**
 * The input of the run as JSON text.
 *
 * @param given the caller's value, for a target with `input: given`
 */
export function toRunInput(
  { input }: Pick<LaunchTarget, 'input'>,
  values: LaunchValues,
  given: unknown,
): string {
  return JSON.stringify(input === 'given' ? given : fillJson(input.template, values));
}

/** Fills every text of a JSON value. Names of fields stay as they are. */
function fillJson(template: LaunchJson, values: LaunchValues): LaunchJson {
  if (typeof template === 'string') return fillText(template, values);
  if (typeof template !== 'object' || template === null) return template;
  if (isList(template)) return template.map((item) => fillJson(item, values));
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [key, fillJson(value, values)]),
  );
}

function isList(value: LaunchJson): value is readonly LaunchJson[] {
  return Array.isArray(value);
}

/** Fills `${job}`, `${param.date}` and so on. The route file was checked: every field exists. */
export function fillText(template: string, values: LaunchValues): string {
  return template.replace(/\$\$|\$\{([^}]*)\}/g, (written, field?: string) => {
    if (field === undefined) return '$';
    if (field.startsWith('param.')) return values.params[field.slice(6)] ?? '';
    return isField(field, values) ? values[field] : written;
  });
}

function isField(field: string, values: LaunchValues): field is LaunchField {
  return field !== 'params' && Object.hasOwn(values, field);
}

/**
 * Digest of what the caller gives: parameters and input. The order of keys does not count.
 */
export function toInputDigest(params: Readonly<Record<string, string>>, input: unknown): string {
  return toDigest(JSON.stringify(sortKeys({ params, input: input ?? null })));
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || isExactNumber(value)) return value;
  if (Array.isArray(value)) return value.map(sortKeys);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}
