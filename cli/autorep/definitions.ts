import { isWildcard, matchesWildcard } from '../../autosys/autorep/index.ts';
import { parseCondition, printCondition } from '../../autosys/condition/index.ts';
import { readJil, type Statement } from '../../autosys/jil/index.ts';
import { ConditionSyntaxError, type Source } from '../../autosys/source.ts';

/** A job in a JIL dump: its name, its box, and its text in the dump. */
export interface Definition {
  readonly name: string;
  readonly box: string | undefined;
  readonly text: string;
}

/** A definition in autorep's order, which lists a job below its box, with its depth. */
export interface PlacedDefinition {
  readonly definition: Definition;
  /** 0 for a job that is not listed below a box. */
  readonly depth: number;
}

/**
 * Splits a JIL dump into its jobs.
 *
 * @param long true: conditions use long keywords, as in `autorep -q -w`
 */
export function readDefinitions(dump: string, long = false): readonly Definition[] {
  const text = long ? withLongKeywords({ name: 'the JIL of AutoSys', text: dump }) : dump;
  const { statements } = readJil({ name: 'the JIL of AutoSys', text }).script;
  const jobs = statements.filter(({ subcommand }) => subcommand === 'insert_job');
  const starts = jobs.map(({ start }) => startOfBlock(text, start));
  return jobs.map((statement, at) => ({
    name: statement.object,
    box: boxOf(statement),
    text: text.slice(starts[at], starts[at + 1] ?? text.length).trimEnd(),
  }));
}

/** The jobs that match a name or pattern, each box followed by its members, each job once. */
export function orderDefinitions(
  definitions: readonly Definition[],
  pattern: string,
): readonly PlacedDefinition[] {
  const names = new Set(definitions.map(({ name }) => name));
  const membersByBox = Map.groupBy(definitions, ({ box }) => box);
  const shown = new Set<string>();
  const isMatch = (name: string) =>
    isWildcard(pattern) ? matchesWildcard(pattern, name) : name === pattern;

  const show = (definition: Definition, depth: number): readonly PlacedDefinition[] => {
    if (shown.has(definition.name)) return [];
    shown.add(definition.name);
    const members = membersByBox.get(definition.name) ?? [];
    return [{ definition, depth }, ...members.flatMap((member) => show(member, depth + 1))];
  };
  const walk = (definition: Definition): readonly PlacedDefinition[] => {
    if (isMatch(definition.name)) return show(definition, 0);
    return (membersByBox.get(definition.name) ?? []).flatMap(walk);
  };
  const isTop = ({ box }: Definition) => box === undefined || !names.has(box);
  return definitions.filter(isTop).flatMap(walk);
}

function boxOf({ attributes }: Statement): string | undefined {
  return attributes.findLast(({ name }) => name === 'box_name')?.value;
}

/** Start of a job in the dump, including the comment line with its name above the statement. */
function startOfBlock(text: string, start: number): number {
  const header = /[ \t]*\/\* -+ \S+ -+ \*\/\s*$/.exec(text.slice(0, start));
  return header?.index ?? text.lastIndexOf('\n', start) + 1;
}

function withLongKeywords(source: Source): string {
  const conditions = readJil(source)
    .script.statements.flatMap(({ attributes }) => attributes)
    .filter(
      ({ name, value }) => /^(condition|box_success|box_failure)$/.test(name) && value !== '',
    );
  let text = '';
  let end = 0;
  for (const { valueSpan } of conditions) {
    const original = source.text.slice(valueSpan.start, valueSpan.end);
    text += source.text.slice(end, valueSpan.start) + (printLong(source, valueSpan) ?? original);
    end = valueSpan.end;
  }
  return text + source.text.slice(end);
}

/**
 * `undefined` for a condition that cannot be parsed. AutoSys accepted it, so it stays unchanged.
 */
function printLong(source: Source, span: { start: number; end: number }): string | undefined {
  try {
    return printCondition(parseCondition(source, span), { long: true });
  } catch (error) {
    if (error instanceof ConditionSyntaxError) return undefined;
    throw error;
  }
}
