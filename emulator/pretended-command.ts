/** How one pretended run goes. */
export interface PlannedRun {
  /** From RUNNING to the end. @default - what the command says, else 1000 */
  readonly durationMs?: number;
  /** @default - what the command says, else 0 */
  readonly exitCode?: number;
}

/** Runs by job name; a list serves successive tries, its last entry all further ones. */
export type RunTable = Readonly<Record<string, PlannedRun | readonly PlannedRun[]>>;

/** What a command that says nothing about itself takes and gives. */
const unknownCommand = { durationMs: 1000, exitCode: 0 } as const;

/**
 * Reads off a command how its pretended run goes; nothing is ever executed.
 *
 * Understood: `sleep 5`, `exit 3`, `true`, `false`, joined by `;` or `&&`, plain or in `sh -c '…'`. Anything else takes a second
 * and succeeds.
 */
export function planCommand(command: string): Required<PlannedRun> {
  const inner = /^\s*(?:\S*\/)?(?:sh|bash|ksh)\s+-c\s+(['"])(?<script>.*)\1\s*$/s.exec(command);
  const script = inner?.groups?.['script'] ?? command;
  if (script.trim() === '') return unknownCommand;
  const parts = script.split(/(;|&&)/);
  let durationMs = 0;
  let exitCode = 0;
  for (let at = 0; at < parts.length; at += 2) {
    const joint = parts[at - 1];
    const step = planStep(parts[at]?.trim() ?? '');
    if (!step || (joint === '&&' && exitCode !== 0)) continue;
    durationMs += step.durationMs;
    exitCode = step.exitCode;
    if (step.exits) break;
  }
  return { durationMs, exitCode };
}

/** Puts global variables into a command as the scheduler does at run time: `$$NAME`, `$$(NAME)`, `$${NAME}` (documented). */
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
