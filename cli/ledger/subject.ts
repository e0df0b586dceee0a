import { NameError } from '../../autosys/errors.ts';
import {
  type AutosysInstance,
  parseAutosysInstance,
  parseGlobalName,
  parseJobName,
} from '../../autosys/names.ts';
import { CommandLineError } from '../exit-code.ts';

/** The subject of `status`: a target in AutoSys, one run in AWS, or the runs with a name. */
export type Subject =
  | { readonly kind: 'target'; readonly instance: AutosysInstance; readonly name: string }
  /** By execution ARN or Batch job id. */
  | { readonly kind: 'run'; readonly run: string }
  | { readonly kind: 'name'; readonly name: string };

/**
 * Reads the subject from the arguments of a command.
 *
 * @param instance of `--instance`; without it a name is a name in AWS
 * @throws {CommandLineError} for a wrong number of arguments, or an unsupported ARN
 * @throws {NameError} for an invalid instance or target name
 */
export function readSubject(
  command: string,
  instance: string | undefined,
  [name, ...more]: readonly string[],
): Subject {
  if (name === undefined || more.length > 0) {
    throw new CommandLineError(command, [
      `expected one NAME, ARN or ID, found ${name === undefined ? 'none' : more.length + 1}`,
    ]);
  }
  const run = readRun(command, name);
  if (run === undefined && instance === undefined) return { kind: 'name', name };
  if (run === undefined) {
    checkTarget(name);
    return { kind: 'target', instance: parseAutosysInstance(instance ?? ''), name };
  }
  if (instance === undefined) return { kind: 'run', run };
  throw new CommandLineError(command, [
    '--instance: not allowed with an ARN or ID, which names a run in AWS',
  ]);
}

/** The id of an array child ends in `:index`, the id of a node in `#node`. */
const batchJobId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?:[:#]\d+)?$/;

function readRun(command: string, text: string): string | undefined {
  if (batchJobId.test(text)) return text;
  if (!text.startsWith('arn:')) return undefined;
  const [, , service, , , kind = '', ...rest] = text.split(':');
  if (service === 'states' && kind === 'execution') return text;
  const id = [kind.replace(/^job\//, ''), ...rest].join(':');
  if (service === 'batch' && batchJobId.test(id)) return id;
  throw new CommandLineError(command, [
    'ARN: expected the ARN of an execution (arn:…:states:…:execution:…) or of a Batch job (arn:…:batch:…:job/…), found another ARN',
  ]);
}

/** Checks that a name is valid for a variable or for a job. @throws {NameError} if it is neither */
function checkTarget(name: string): void {
  try {
    parseGlobalName(name);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    parseJobName(name);
  }
}
