import type { Source } from '../../autosys/source.ts';
import { didYouMean } from '../../autosys/suggest.ts';
import { checkJil } from '../check-jil.ts';
import { CommandLineError } from '../exit-code.ts';
import { readSource } from '../files.ts';
import type { Io } from '../io.ts';

/** The JIL of each instance, by its name. */
export type JilByInstance = ReadonlyMap<string, readonly Source[]>;

/**
 * Reads and checks the files of `--jil [INSTANCE=]FILE`. A file without an instance is that of the
 * only instance.
 *
 * @throws {CommandLineError} if an instance is missing or unknown
 * @throws {FileError | JilSyntaxError} for a file that is missing or invalid
 */
export async function readJilSources(
  given: readonly string[],
  instances: readonly string[],
  { io, json }: { readonly io: Io; readonly json: boolean },
): Promise<JilByInstance> {
  const named = given.map((text) => toNamed(text, instances));
  const faults = named.flatMap((one) => (typeof one === 'string' ? [one] : []));
  if (faults.length > 0) throw new CommandLineError('play', faults);
  const byInstance = new Map<string, Source[]>();
  for (const one of named) {
    if (typeof one === 'string') continue;
    const source = await readSource(io, one.path);
    checkJil(source, { io, json });
    byInstance.set(one.instance, [...(byInstance.get(one.instance) ?? []), source]);
  }
  return byInstance;
}

function toNamed(text: string, instances: readonly string[]) {
  const { instance, path = text } =
    /^(?<instance>[A-Z0-9]{3})=(?<path>.+)$/.exec(text)?.groups ?? {};
  if (instance !== undefined && instances.includes(instance)) return { instance, path };
  const allowed = instances.join(' ');
  if (instance !== undefined) {
    return `--jil: unknown instance ${instance}, allowed: ${allowed}${didYouMean(instance, instances)}`;
  }
  const [only, ...more] = instances;
  if (only !== undefined && more.length === 0) return { instance: only, path };
  return `--jil: the route file has several instances, so name one, such as ${only}=${path}; allowed: ${allowed}`;
}
