import type { Io } from '../io.ts';
import { createPaint, type Paint, printFitted } from '../render.ts';
import { countRows, type LiveCheck, type LiveRow, type LiveVerdict } from './live-row.ts';

const verdicts = {
  passed: ['passed', 'green'],
  notCheckable: ['not checkable', 'dim'],
  notChecked: ['not checked', 'yellow'],
  finding: ['finding', 'red'],
} as const satisfies Readonly<Record<LiveVerdict, readonly [string, Parameters<Paint>[0]]>>;

const checkNames: Readonly<Record<LiveCheck, string>> = {
  stateMachine: 'AWS',
  jobQueue: 'AWS',
  jobDefinition: 'AWS',
  secret: 'secrets',
  secretAccess: 'secrets',
  autosysJob: 'AutoSys',
  globalVariable: 'AutoSys',
  sending: 'AutoSys',
  condition: 'conditions',
  readers: 'conditions',
  lastMatch: 'ledger',
};

/** Width of the column of verdicts. */
const verdictWidth = 15;

/**
 * Prints the table: a line for each check with its verdict and what was found, below it what to do.
 * Findings come last, so that they are on the screen of a terminal.
 */
export function printLive(rows: readonly LiveRow[], io: Pick<Io, 'stdout' | 'env'>): void {
  const paint = createPaint(io.stdout, io.env);
  const order = Object.keys(verdicts);
  const sorted = rows.toSorted(
    (one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict),
  );
  printFitted(io, [
    '',
    ...sorted.flatMap((row) => formatRow(row, paint)),
    '',
    describeCounts(rows),
  ]);
}

function formatRow({ check, subject, verdict, found, advice }: LiveRow, paint: Paint) {
  const [word, colour] = verdicts[verdict];
  const head = `${paint(colour, word)}${' '.repeat(verdictWidth - word.length)}`;
  return [
    `${head}${checkNames[check]}: ${subject}: ${found}`,
    ...(advice === undefined ? [] : [`${' '.repeat(verdictWidth)}-> ${advice}`]),
  ];
}

/** One line: how many rows have which verdict. */
export function describeCounts(rows: readonly LiveRow[]): string {
  const counts = countRows(rows);
  const parts = [
    `${counts.passed} passed`,
    `${counts.finding} ${counts.finding === 1 ? 'finding' : 'findings'}`,
    `${counts.notChecked} not checked`,
    `${counts.notCheckable} not checkable`,
  ];
  return `live checks: ${parts.join(', ')}`;
}
