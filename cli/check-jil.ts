import { readJil, readJobStatement, type Statement } from '../autosys/jil/index.ts';
import { describeProblem, JilSyntaxError, type Problem, type Source } from '../autosys/source.ts';
import type { Io } from './io.ts';
import { createPaint, printNotes } from './render.ts';

/** How a JIL text is checked, and where its warnings are printed. */
export interface CheckOptions {
  readonly io: Pick<Io, 'stderr' | 'env'>;
  readonly json: boolean;
  /** Finds warnings besides those for unknown attributes. @default - none */
  readonly findWarnings?: (statements: readonly Statement[]) => readonly Problem[];
}

/**
 * Checks a JIL text without AutoSys: its syntax, and each attribute of an inserted job. Warnings
 * are printed on stderr.
 *
 * Not checked: whether a box or the job of an update exists. Only AutoSys knows that.
 *
 * @throws {JilSyntaxError} with every problem
 */
export function checkJil(
  source: Source,
  { io, json, findWarnings = () => [] }: CheckOptions,
): void {
  const { script, problems } = readJil(source);
  const inserted = script.statements.filter(({ subcommand }) => subcommand === 'insert_job');
  const ofJobs = inserted.flatMap((statement) => readJobStatement(statement, source).problems);
  const paint = createPaint(io.stderr, io.env);
  const found = [...script.warnings, ...findWarnings(script.statements)];
  const warnings = found.map(
    (warning) => `${paint('yellow', 'warning:')} ${describeProblem(source, warning)}`,
  );
  printNotes(io, warnings, json);
  const all = [...problems, ...ofJobs].toSorted((one, other) => one.start - other.start);
  if (all.length > 0) throw new JilSyntaxError(source, all);
}
