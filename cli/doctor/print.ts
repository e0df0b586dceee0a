import type { Finding } from '../../lambda/canary/finding.ts';
import type { Grade } from '../../lambda/canary/verdicts.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import type { Paint } from '../render.ts';

const marks: Readonly<Record<Grade, readonly [mark: string, colour: Parameters<Paint>[0]]>> = {
  good: ['✓', 'green'],
  warning: ['!', 'yellow'],
  skipped: ['-', 'dim'],
  refused: ['✗', 'red'],
  unknown: ['✗', 'red'],
};

/** Lines of a finding: the result, what to do, and lines to copy into the route file. */
export function describeFinding(
  { grade, message, advice, lines = [] }: Finding,
  paint: Paint,
): readonly string[] {
  const [mark, colour] = marks[grade];
  return [
    `  ${paint(colour, mark)} ${message}`,
    ...(advice === undefined ? [] : [`    → ${advice}`]),
    ...lines.map((line) => `        ${line}`),
  ];
}

/** What the check changes in AutoSys. Printed before it starts. */
export function describeChanges(globalVariable: string, job: string | undefined): string {
  const alsoJob = job === undefined ? '' : `, and adds a COMMENT to job ${job}`;
  return `changes only the global variable ${globalVariable}${alsoJob}`;
}

/** The exit code: 1 if a request was rejected, 3 if a step could not be completed. */
export function toDoctorExitCode(findings: readonly Finding[]): ExitCode {
  const has = (...grades: readonly Grade[]) => findings.some(({ grade }) => grades.includes(grade));
  if (has('refused')) return exitCodes.rejected;
  return has('unknown', 'skipped') ? exitCodes.unknown : exitCodes.done;
}
