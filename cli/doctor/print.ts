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

/** One line for what was found, one for what to do about it, and what belongs into the route file. */
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

/** What is done to an AutoSys, before it is done. */
export function describeDeed(globalVariable: string, job: string | undefined): string {
  const alsoJob = job === undefined ? '' : `, and sends job ${job} a COMMENT`;
  return `sets nothing but the global variable ${globalVariable}${alsoJob}`;
}

/** How it ends: a refusal needs a person, what was not reached or not seen may mend itself. */
export function toDoctorExitCode(findings: readonly Finding[]): ExitCode {
  const has = (...grades: readonly Grade[]) => findings.some(({ grade }) => grades.includes(grade));
  if (has('refused')) return exitCodes.refused;
  return has('unknown', 'skipped') ? exitCodes.unknown : exitCodes.done;
}
