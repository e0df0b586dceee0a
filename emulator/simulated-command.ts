/** The course of one simulated run. */
export interface PlannedRun {
  /** Time from RUNNING to the end. @default - derived from the command, else 1000 */
  readonly durationMs?: number;
  /** @default - derived from the command, else 0 */
  readonly exitCode?: number;
}

/**
 * Simulated runs by job name. A list is for successive tries; its last entry is for all further
 * tries.
 */
export type RunTable = Readonly<Record<string, PlannedRun | readonly PlannedRun[]>>;

/** Duration and exit code of a command that is not understood. */
const unknownCommand = { durationMs: 1000, exitCode: 0 } as const;

/**
 * Derives the course of a simulated run from a command, which is not executed.
 *
 * Understood: `sleep 5`, `exit 3`, `true`, `false`, joined by `;` or `&&`, plain or in `sh -c '…'`.
 * Any other command takes a second and succeeds.
 */
export function planCommand(command: string): Required<PlannedRun> {
  const inner = /^\s*(?:\S*\/)?(?:sh|bash|ksh)\s+-c\s+(['"])(?<script>.*)\1\s*$/s.exec(command);
  const script = inner?.groups?.['script'] ?? command;
  if (script.trim() === '') return unknownCommand;
  const parts = script.split(/(;|&&)/);
  let durationMs = 0;
  let exitCode = 0;
  for (let at = 0; at < parts.length; at += 2) {
    const separator = parts[at - 1];
    const step = planStep(parts[at]?.trim() ?? '');
    if (!step || (separator === '&&' && exitCode !== 0)) continue;
    durationMs += step.durationMs;
    exitCode = step.exitCode;
    if (step.exits) break;
  }
  return { durationMs, exitCode };
}

/**
 * Substitutes global variables in a command as the scheduler does at run time: `$$NAME`,
 * `$$(NAME)`, `$${NAME}` (documented).
 */
export function substitute(
  command: string,
  lookUp: (globalVariable: string) => string | undefined,
): string {
  return command.replace(
    /\$\$(?:\((?<round>[\w.-]+)\)|\{(?<curly>[\w.-]+)\}|(?<bare>\w+))/g,
    (_, round?: string, curly?: string, bare?: string) =>
      lookUp(round ?? curly ?? bare ?? '') ?? '',
  );
}

function planStep(step: string): (Required<PlannedRun> & { readonly exits?: true }) | undefined {
  if (step === '') return undefined;
  const sleep = /^(?:\S*\/)?sleep\s+(\d+(?:\.\d+)?)$/.exec(step);
  if (sleep) return { durationMs: Math.round(Number(sleep[1]) * 1000), exitCode: 0 };
  const exit = /^exit(?:\s+(\d{1,9}))?$/.exec(step);
  if (exit) return { durationMs: 0, exitCode: Number(exit[1] ?? 0), exits: true };
  if (/^(?:(?:\S*\/)?true|:)$/.test(step)) return { durationMs: 0, exitCode: 0 };
  if (/^(?:\S*\/)?false$/.test(step)) return { durationMs: 0, exitCode: 1 };
  return unknownCommand;
}
