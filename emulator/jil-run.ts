import { readJil, type Statement } from '../autosys/jil/index.ts';
import { type Problem, type Source, toPosition } from '../autosys/source.ts';
import { type DefinitionContext, executeStatement, type StatementResult } from './definitions.ts';
import type { JilOutcome } from './instance-types.ts';
import { findUnknownTimezones } from './timezone.ts';

const separator = '_'.repeat(78);

/**
 * Executes a JIL text as `jil` does: statement by statement, each completely or not at all, with
 * the output of `jil`.
 *
 * The codes are documented. Sentences without a code are worded here, because no source has the
 * vendor's.
 */
export function runJil(source: Source, context: DefinitionContext): JilOutcome {
  const { script, problems } = readJil(source);
  const { unassigned, problemsByStatement } = assign(source, script.statements, problems);
  const blocks = unassigned.map((problem) => failure([formatProblem(source, problem)]));
  const allProblems = [...problems];
  for (const statement of script.statements) {
    const ownProblems = problemsByStatement.get(statement) ?? [];
    const result: StatementResult =
      ownProblems.length > 0
        ? {
            kind: 'refused',
            line: `${statement.object} is not a valid definition`,
            problems: ownProblems,
          }
        : executeStatement(statement, source, context);
    const warnings = [
      ...script.warnings.filter((warning) => isWithin(warning, statement)),
      ...findUnknownTimezones([statement], context.state.timezone),
    ];
    const warningLines = warnings.map((warning) => `warning: ${formatProblem(source, warning)}`);
    blocks.push(toBlock(result, warningLines, source));
    if (ownProblems.length === 0) allProblems.push(...problemsOf(result, statement));
  }
  const ok = allProblems.length === 0;
  // The code of a failed run is documented; the code of a successful run is product knowledge
  // (inferred).
  const exit = ok ? 'CAUAJM_I_52301 Exit Code = 0' : 'CAUAJM_E_50198 Exit Code = 1';
  const messages = [...blocks.flatMap((block) => [separator, ...block]), separator, exit];
  return { ok, messages, problems: allProblems };
}

function toBlock(
  result: StatementResult,
  warnings: readonly string[],
  source: Source,
): readonly string[] {
  if (result.kind === 'done') {
    return [...warnings, ...result.lines, 'CAUAJM_I_50205 Database Change WAS Successful!'];
  }
  const problemLines = result.problems?.map((problem) => formatProblem(source, problem)) ?? [
    result.line,
  ];
  return failure([...warnings, ...problemLines]);
}

function failure(lines: readonly string[]): readonly string[] {
  return [...lines, 'CAUAJM_E_10302 Database Change WAS NOT successful.'];
}

function problemsOf(result: StatementResult, { objectSpan }: Statement): readonly Problem[] {
  if (result.kind === 'done') return [];
  const { start, end } = objectSpan;
  return result.problems ?? [{ start, end, message: result.line }];
}

/**
 * Assigns each problem to the statement that it invalidates. A problem in the opening of a
 * statement invalidates no other statement.
 */
function assign(source: Source, statements: readonly Statement[], problems: readonly Problem[]) {
  const problemsByStatement = new Map<Statement, Problem[]>();
  const unassigned: Problem[] = [];
  for (const problem of problems) {
    const last = statements.findLast(({ start }) => start <= problem.start);
    const isInside = last && isWithin(problem, last);
    if (!last || (!isInside && opensStatement(source, problem))) {
      unassigned.push(problem);
      continue;
    }
    problemsByStatement.set(last, [...(problemsByStatement.get(last) ?? []), problem]);
  }
  return { unassigned, problemsByStatement };
}

function isWithin(problem: Problem, { start, end }: Statement): boolean {
  return start <= problem.start && problem.start <= end;
}

function opensStatement({ text }: Source, { start }: Problem): boolean {
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start + 40);
  return (
    /^\s*[a-z]+_[a-z_]+\s*:/i.test(line) &&
    /^\s*(?:insert|update|delete|override|rename)/i.test(line)
  );
}

function formatProblem(source: Source, problem: Problem): string {
  const { line, column } = toPosition(source, problem.start);
  return `${source.name}:${line}:${column}: ${problem.message}`;
}
