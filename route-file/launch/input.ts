import { didYouMean } from '../../autosys/suggest.ts';
import type { LaunchJson, LaunchTarget } from '../../lambda/routing/targets.ts';
import type { Faults, Path } from '../faults.ts';
import { isMapping } from '../located.ts';
import { formatFault } from '../shapes.ts';

/** A text of a target that is a template, with its path. */
export interface LaunchText {
  readonly text: string;
  readonly path: Path;
}

/** Dependencies of {@link readLaunchInput}. */
interface InputContext {
  readonly path: Path;
  /** `undefined` if the target has none. */
  readonly kind: LaunchTarget['kind'] | undefined;
  readonly faults: Faults;
  readonly warnings: Faults;
}

/**
 * Checks the input of a target, apart from the fields of its texts.
 *
 * @returns the texts, which are templates
 */
export function readLaunchInput(
  input: unknown,
  { path, kind, faults, warnings }: InputContext,
): readonly LaunchText[] {
  if (input === undefined || input === 'given') return [];
  if (kind === 'batchJob') return readParameters(input, path, faults);
  if (typeof input !== 'object' || input === null) {
    const hint = typeof input === 'string' ? didYouMean(input, ['given']) : '';
    faults.at(path, `${formatFault('input', input, 'given, a mapping or a list')}${hint}`);
    return [];
  }
  const texts: LaunchText[] = [];
  const visit = (value: unknown, at: Path): void => {
    if (typeof value === 'string') texts.push({ text: value, path: at });
    if (typeof value === 'number' && !isExact(value)) {
      faults.at(
        at,
        `input: found the number ${value}, which JSON cannot hold exactly, allowed: numbers up to ${Number.MAX_SAFE_INTEGER}; put it in quotes`,
      );
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      if (key.includes('${')) {
        warnings.atKey(
          [...at, key],
          `input: found ${JSON.stringify(key)} as a key; keys are not templates, so it is sent as it is`,
        );
      }
      visit(item, [...at, key]);
    }
  };
  visit(input, path);
  return texts;
}

/** `parameters` of SubmitJob: texts only (Batch API reference). */
function readParameters(input: unknown, path: Path, faults: Faults): readonly LaunchText[] {
  if (!isMapping(input)) {
    const hint = typeof input === 'string' ? didYouMean(input, ['given']) : '';
    faults.at(path, `${formatFault('input', input, 'given, or a mapping of texts')}${hint}`);
    return [];
  }
  return Object.entries(input).flatMap(([key, text]) => {
    const at = [...path, key];
    if (typeof text === 'string') return [{ text, path: at }];
    const quotes = ['number', 'boolean'].includes(typeof text) ? '; put it in quotes' : '';
    faults.at(at, `${formatFault('input', text, 'a text')}${quotes}`);
    return [];
  });
}

/** Whole numbers beyond 2^53 and infinite numbers are not what the file says. */
function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/** Returns the compiled input. @param input valid */
export function toLaunchInput(input: unknown): LaunchTarget['input'] {
  // The file is JSON: the reader of YAML refuses every other value.
  return input === 'given' ? input : { template: (input ?? {}) as LaunchJson };
}

/** Maximum size of `input` of StartExecution, in bytes (API reference). */
const maxExecutionBytes = 262_144;
/** Maximum size of a SubmitJob request, in bytes (Batch user guide, service quotas). */
const maxBatchJobBytes = 30_720;

/** Rejects a target whose request is too large already before its fields are filled. */
export function refuseLargeRequest(
  {
    kind,
    input,
    overrides,
    dependsOn,
  }: Readonly<Record<string, unknown>> & {
    readonly kind: LaunchTarget['kind'];
  },
  path: Path,
  faults: Faults,
): void {
  const own = input === 'given' ? {} : (input ?? {});
  const request = kind === 'execution' ? own : [own, overrides ?? {}, dependsOn ?? []];
  const bytes = Buffer.byteLength(JSON.stringify(request));
  const max = kind === 'execution' ? maxExecutionBytes : maxBatchJobBytes;
  if (bytes <= max) return;
  const what = kind === 'execution' ? 'input' : 'input, overrides and dependsOn';
  faults.at([...path, 'input'], `${what}: found ${bytes} bytes of JSON, allowed: at most ${max}`);
}
