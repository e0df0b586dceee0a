import type { LogLine } from '../../local/index.ts';

/** What a function wrote down about one thing that AutoSys was to be told. */
export interface Outcome {
  readonly functionName: string;
  /** The log message, such as `effect confirmed` or `event invalid`. */
  readonly outcome: string;
  /** The ARN of the execution. */
  readonly run?: string;
  readonly autosysEvent?: string;
}

/** The lines that tell an outcome, oldest first; metrics and all else are left out. */
export function readOutcomes(lines: readonly LogLine[]): readonly Outcome[] {
  return lines.flatMap(({ functionName, line }) => {
    const { message, executionArn, run = executionArn, autosysEvent } = readLine(line);
    if (typeof message !== 'string') return [];
    return [
      {
        functionName,
        outcome: message,
        ...(typeof run === 'string' && { run }),
        ...(typeof autosysEvent === 'string' && { autosysEvent }),
      },
    ];
  });
}

function readLine(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // Not ours: the runtime client writes plain text.
    return {};
  }
}
