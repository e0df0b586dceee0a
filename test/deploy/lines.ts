import type { LogLine } from '../../local/index.ts';

/** An outcome log line: one effect, and what happened to it. */
export interface Outcome {
  readonly functionName: string;
  /** Log message, such as `effect confirmed` or `event invalid`. */
  readonly outcome: string;
  /** Execution ARN. */
  readonly run?: string;
  readonly autosysEvent?: string;
}

/** Returns the outcome lines, oldest first, without metrics and other lines. */
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
    // The runtime client writes plain text, which is not an outcome line.
    return {};
  }
}
