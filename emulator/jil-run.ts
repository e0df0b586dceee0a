import { readJil, type Statement } from '../autosys/jil/index.ts';
import { type Problem, type Source, toPosition } from '../autosys/source.ts';
import { type Carried, carryOut, type DefinitionContext } from './definitions.ts';
import type { JilOutcome } from './instance-types.ts';
import { findUnknownTimezones } from './timezone.ts';

const separator = '_'.repeat(78);

/**
 * Does what `jil` does with a text: statement by statement, each whole or not at all, and says so in its words.
 *
 * The codes are documented; sentences without a code are ours, since no source has the vendor's.
 */
export function runJil(source: Source, estate: DefinitionContext): JilOutcome {
  const { script, problems } = readJil(source);
  const { loose, problemsByStatement } = assign(source, script.statements, problems);
  const blocks = loose.map((problem) => failure([say(source, problem)]));
  const found = [...problems];
  for (const statement of script.statements) {
    const own = problemsByStatement.get(statement) ?? [];
    const carried: Carried =
      own.length > 0
        ? { kind: 'refused', line: `${statement.object} does not read`, problems: own }
        : carryOut(statement, source, estate);
    const warnings = [
      ...script.warnings.filter((warning) => isWithin(warning, statement)),
      ...findUnknownTimezones([statement], estate.state.timezone),
    ];
    const told = warnings.map((warning) => `warning: ${say(source, warning)}`);
    blocks.push(toBlock(carried, told, source));
    if (own.length === 0) found.push(...problemsOf(carried, statement));
  }
  const ok = found.length === 0;
  // The code of a failed run is documented, that of a good one is product knowledge (inferred).
  const exit = ok ? 'CAUAJM_I_52301 Exit Code = 0' : 'CAUAJM_E_50198 Exit Code = 1';
  const messages = [...blocks.flatMap((block) => [separator, ...block]), separator, exit];
  return { ok, messages, problems: found };
}

function toBlock(carried: Carried, warnings: readonly string[], source: Source): readonly string[] {
  if (carried.kind === 'done') {
    return [...warnings, ...carried.lines, 'CAUAJM_I_50205 Database Change WAS Successful!'];
  }
  const said = carried.problems?.map((problem) => say(source, problem)) ?? [carried.line];
  return failure([...warnings, ...said]);
}

function failure(lines: readonly string[]): readonly string[] {
  return [...lines, 'CAUAJM_E_10302 Database Change WAS NOT successful.'];
}

function problemsOf(carried: Carried, { objectSpan }: Statement): readonly Problem[] {
  if (carried.kind === 'done') return [];
  const { start, end } = objectSpan;
  return carried.problems ?? [{ start, end, message: carried.line }];
}

/** Gives each problem to the statement that it spoils; one in the opening of a statement spoils no other. */
function assign(source: Source, statements: readonly Statement[], problems: readonly Problem[]) {
  const problemsByStatement = new Map<Statement, Problem[]>();
  const loose: Problem[] = [];
  for (const problem of problems) {
    const last = statements.findLast(({ start }) => start <= problem.start);
    const isInside = last && isWithin(problem, last);
    if (!last || (!isInside && opensStatement(source, problem))) {
      loose.push(problem);
      continue;
    }
    problemsByStatement.set(last, [...(problemsByStatement.get(last) ?? []), problem]);
  }
  return { loose, problemsByStatement };
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

function say(source: Source, problem: Problem): string {
  const { line, column } = toPosition(source, problem.start);
  return `${source.name}:${line}:${column}: ${problem.message}`;
}
