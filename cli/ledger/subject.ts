import { NameError } from '../../autosys/errors.ts';
import {
  type AutosysInstance,
  parseAutosysInstance,
  parseGlobalName,
  parseJobName,
} from '../../autosys/names.ts';
import { CommandLineError } from '../exit-code.ts';

/** What a person asks about: a name of AutoSys, one run of AWS, or the runs of a name. */
export type Subject =
  | { readonly kind: 'target'; readonly instance: AutosysInstance; readonly name: string }
  /** By execution ARN or Batch job id. */
  | { readonly kind: 'run'; readonly run: string }
  | { readonly kind: 'name'; readonly name: string };

/**
 * Reads what `status` is asked about.
 *
 * @throws {CommandLineError} {NameError} where it is none of what can be looked up
 */
export function readSubject(
  instance: string | undefined,
  [name, ...more]: readonly string[],
): Subject {
  if (name === undefined || more.length > 0) {
    throw new CommandLineError('status', [
      `expected one NAME, ARN or ID, found ${name === undefined ? 'none' : more.length + 1}`,
    ]);
  }
  const run = readRun(name);
  if (run === undefined && instance === undefined) return { kind: 'name', name };
  if (run === undefined) {
    checkTarget(name);
    return { kind: 'target', instance: parseAutosysInstance(instance ?? ''), name };
  }
  if (instance === undefined) return { kind: 'run', run };
  throw new CommandLineError('status', [
    '--instance: not together with an ARN or ID, which names a run of AWS',
  ]);
}

/** An array child's id ends in `:index`, a node's in `#node`. */
const batchJobId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?:[:#]\d+)?$/;

function readRun(text: string): string | undefined {
  if (batchJobId.test(text)) return text;
  if (!text.startsWith('arn:')) return undefined;
  const [, , service, , , kind = '', ...rest] = text.split(':');
  if (service === 'states' && kind === 'execution') return text;
  const id = [kind.replace(/^job\//, ''), ...rest].join(':');
  if (service === 'batch' && batchJobId.test(id)) return id;
  throw new CommandLineError('status', [
    'ARN: expected one of an execution (arn:…:states:…:execution:…) or of a Batch job (arn:…:batch:…:job/…), found another',
  ]);
}

/** A variable and a job are named by different rules; either will do. @throws {NameError} where neither fits */
function checkTarget(name: string): void {
  try {
    parseGlobalName(name);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    parseJobName(name);
  }
}
