import { nothingStarted } from '../../lambda/launch/api.ts';

/**
 * The command ends without a run: invalid command line, settings or login, or a refusal.
 *
 * Its lines are printed on stderr. They contain no secret and no value of an input or parameter.
 */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly exit: number;
  readonly lines: readonly string[];

  constructor(exit: number, lines: readonly string[]) {
    super(lines.join('\n'));
    this.exit = exit;
    this.lines = lines;
  }
}

/** The error of an invalid command line or environment, with every fault. */
export function refuseUsage(faults: readonly string[]): AgentError {
  return new AgentError(
    nothingStarted.usage,
    faults.map((fault) => `error: ${fault}`),
  );
}

/** Describes why a file cannot be read or written, from the code of an error of `node:fs`. */
export function describeFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  return fileReasons[code] ?? code;
}

const fileReasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ELOOP: 'too many symbolic links',
};
