import { readSourceFile } from '../files.ts';
import type { Io } from '../io.ts';

/** Settings by name, unchecked, and the faults of their form. */
export interface GivenSettings {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly faults: readonly string[];
}

/**
 * Reads settings: those of a JSON file, replaced by those of `--set`.
 *
 * @param pairs each as NAME=VALUE
 * @throws {FileError} if the file cannot be read
 */
export function readGivenSettings(
  io: Pick<Io, 'readText'>,
  { file, pairs }: { readonly file: string | undefined; readonly pairs: readonly string[] },
): GivenSettings {
  const faults: string[] = [];
  const set: Record<string, unknown> = {};
  for (const pair of pairs) {
    const [, name, value] = /^([A-Za-z]+)=([\s\S]*)$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) {
      faults.push(
        `--set: expected NAME=VALUE, such as logRetentionDays=30, found ${JSON.stringify(pair.slice(0, 60))}`,
      );
    } else if (name in set) faults.push(`--set: found ${name} twice; remove one`);
    else set[name] = value;
  }
  const fromFile = file === undefined ? {} : parseSettings(readSourceFile(io, file), faults);
  return { settings: { ...fromFile, ...set }, faults };
}

function parseSettings(
  { name, text }: { readonly name: string; readonly text: string },
  faults: string[],
): Readonly<Record<string, unknown>> {
  const allowed =
    'a JSON object of settings, such as {"logRetentionDays": 30}, as under context in cdk.json';
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Readonly<Record<string, unknown>>;
    }
    faults.push(`--settings: found another value in ${name}, allowed: ${allowed}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'no JSON';
    faults.push(`--settings: found no JSON in ${name} (${reason}), allowed: ${allowed}`);
  }
  return {};
}
