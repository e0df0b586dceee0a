/** A text that a person wrote, and its name for messages. */
export interface Source {
  /** A file name, or `<stdin>` and the like. */
  readonly name: string;
  readonly text: string;
}

/** A part of a source: character offsets from 0, `end` excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A position in a text: line and column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One fault in a text: where it is, and what was expected and found. */
export interface Problem extends Span {
  readonly message: string;
}

/** The line and column of an offset. */
export function toPosition(source: Source, offset: number): Position {
  const before = source.text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

/**
 * Formats `name:line:column: message`, the line above, the line, and a caret below the position.
 */
export function describeProblem(source: Source, problem: Problem): string {
  const { line, column } = toPosition(source, problem.start);
  const head = `${source.name}:${line}:${column}: ${problem.message}`;
  return `${head}\n${codeFrame(source, problem)}`;
}

function codeFrame(source: Source, span: Span): string {
  const { line, column } = toPosition(source, span.start);
  const lines = source.text.split('\n');
  const width = String(line).length;
  const printLine = (number: number) =>
    `  ${String(number).padStart(width)} | ${clip(lines[number - 1] ?? '')}`;
  const indent = (lines[line - 1] ?? '').slice(0, column - 1).replace(/[^\t]/g, ' ');
  const length = Math.max(
    1,
    Math.min(span.end - span.start, clip(lines[line - 1] ?? '').length - column + 1),
  );
  const caret = `  ${' '.repeat(width)} | ${indent.slice(0, 160)}${'^'.repeat(length)}`;
  return [...(line > 1 ? [printLine(line - 1)] : []), printLine(line), caret].join('\n');
}

/** Cuts a line to 160 characters, so that a long line does not hide the message. */
function clip(text: string): string {
  const line = text.replace(/\r$/, '');
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

/**
 * Faults in a text that a person wrote, each with its line, its column and a caret.
 *
 * It is not a failure of the bridge. The subclasses differ only in the language of the text.
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

/** A starting condition with a syntax error. Holds the first problem only. */
export class ConditionSyntaxError extends SourceError {
  override readonly name = 'ConditionSyntaxError';
}

/** A JIL text with syntax errors. Holds the problems of all statements. */
export class JilSyntaxError extends SourceError {
  override readonly name = 'JilSyntaxError';
}
