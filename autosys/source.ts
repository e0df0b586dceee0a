/** A text a person wrote, with the name under which messages point at it. */
export interface Source {
  /** A file name, or `<stdin>` and the like. */
  readonly name: string;
  readonly text: string;
}

/** A stretch of a source: character offsets, the end excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place as a person counts: line and column from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing wrong in a text: where, and what was expected and found. */
export interface Problem extends Span {
  readonly message: string;
}

/** Works out line and column of an offset; only asked for when a person is told. */
export function toPosition(source: Source, offset: number): Position {
  const before = source.text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

/** `name:line:column: message`, then the line and its neighbour above with a caret under the place. */
export function describeProblem(source: Source, problem: Problem): string {
  const { line, column } = toPosition(source, problem.start);
  const head = `${source.name}:${line}:${column}: ${problem.message}`;
  return `${head}\n${codeFrame(source, problem)}`;
}

function codeFrame(source: Source, span: Span): string {
  const { line, column } = toPosition(source, span.start);
  const lines = source.text.split('\n');
  const width = String(line).length;
  const show = (number: number) =>
    `  ${String(number).padStart(width)} | ${clip(lines[number - 1] ?? '')}`;
  const lead = (lines[line - 1] ?? '').slice(0, column - 1).replace(/[^\t]/g, ' ');
  const reach = Math.max(
    1,
    Math.min(span.end - span.start, clip(lines[line - 1] ?? '').length - column + 1),
  );
  const caret = `  ${' '.repeat(width)} | ${lead.slice(0, 160)}${'^'.repeat(reach)}`;
  return [...(line > 1 ? [show(line - 1)] : []), show(line), caret].join('\n');
}

/** A frame is for reading: a line of a thousand characters would bury the message. */
function clip(text: string): string {
  const line = text.replace(/\r$/, '');
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

/**
 * A text a person wrote is wrong: every problem with its line, column and a caret.
 *
 * Nothing failed in the bridge. Its kinds differ only in which language was read.
 */
export class SourceError extends Error {
  override readonly name: string = 'SourceError';
  readonly source: Source;
  readonly problems: readonly Problem[];

  constructor(source: Source, problems: readonly Problem[]) {
    super(problems.map((problem) => describeProblem(source, problem)).join('\n\n'));
    this.source = source;
    this.problems = problems;
  }
}

/** A starting condition that does not read; it stops at the first problem. */
export class ConditionSyntaxError extends SourceError {
  override readonly name = 'ConditionSyntaxError';
}

/** A JIL text that does not read; one problem a statement at least. */
export class JilSyntaxError extends SourceError {
  override readonly name = 'JilSyntaxError';
}
