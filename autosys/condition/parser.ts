import { NameError } from '../errors.ts';
import type { AutosysInstance } from '../names.ts';
import { parseAutosysInstance, parseGlobalName, parseJobName } from '../names.ts';
import { ConditionSyntaxError, type Source, type Span } from '../source.ts';
import type {
  Atom,
  Comparison,
  Condition,
  ExitCodeAtom,
  JobReference,
  Lookback,
  StatusAtom,
  ValueAtom,
} from './ast.ts';
import { readKeyword } from './keywords.ts';
import { lexCondition, type Token, type TokenKind } from './lexer.ts';
import { lookbackAllowed, readLookback } from './lookback.ts';

/** The longest operand a comparison with a global variable takes (CA MDB r11 schema, documented). */
export const maxOperandLength = 100;

/** Deeper than any condition a person writes, and far from the end of the call stack. */
const maxDepth = 200;

const conditionExpected = 'a condition such as success(job) or value(GLOBAL) = "X"';

/**
 * Reads a starting condition.
 *
 * @param span where it stands inside a larger source, such as a JIL file; the whole text without it.
 *   All spans of the result, and of an error, are offsets in the whole source. `\:` counts as a colon.
 * @throws {ConditionSyntaxError} at the first problem
 */
export function parseCondition(
  source: Source,
  span: Span = { start: 0, end: source.text.length },
): Condition {
  return new Parser(source, lexCondition(source.text, span)).parseWhole();
}

class Parser {
  readonly #source: Source;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(source: Source, tokens: readonly Token[]) {
    this.#source = source;
    this.#tokens = tokens;
  }

  /** Whole := Condition End */
  parseWhole(): Condition {
    const condition = this.#parseCondition();
    if (this.#peek().kind !== 'end') throw this.#unexpected('"&", "|" or the end of the condition');
    return condition;
  }

  /**
   * Condition := Operand (('&' | 'and' | '|' | 'or') Operand)*
   * One precedence level, left to right; only parentheses group (AutoSys 12.x documentation, documented).
   */
  #parseCondition(): Condition {
    let left = this.#parseOperand();
    for (;;) {
      const kind = this.#acceptConnective();
      if (!kind) return left;
      const right = this.#parseOperand();
      left = { kind, left, right, start: left.start, end: right.end };
    }
  }

  /** Operand := '(' Condition ')' | Atom */
  #parseOperand(): Condition {
    const open = this.#accept('(');
    if (!open) return this.#parseAtom();
    this.#depth += 1;
    if (this.#depth > maxDepth) {
      throw this.#problem(open, `expected at most ${maxDepth} parentheses inside one another`);
    }
    const condition = this.#parseCondition();
    this.#expect(')', '")", "&" or "|"');
    this.#depth -= 1;
    return condition;
  }

  /** Atom := StatusAtom | ExitCodeAtom | ValueAtom, told apart by their keyword */
  #parseAtom(): Atom {
    const keyword = this.#peek();
    const kind = keyword.kind === 'word' ? readKeyword(keyword.text) : undefined;
    if (!kind) throw this.#unexpected(conditionExpected, hintFor(keyword));
    this.#next();
    this.#expect('(', `"(" after ${keyword.text}`);
    if (kind === 'value') return this.#parseValue(keyword);
    if (kind === 'exitcode') return this.#parseExitCode(keyword);
    return this.#parseStatus(kind, keyword);
  }

  /** StatusAtom := keyword '(' JobReference (',' Lookback)? ')' */
  #parseStatus(kind: StatusAtom['kind'], { start }: Span): StatusAtom {
    const { end, ...subject } = this.#parsePredecessor();
    return { kind, ...subject, start, end };
  }

  /** ExitCodeAtom := keyword '(' JobReference (',' Lookback)? ')' Comparison Integer */
  #parseExitCode({ start }: Span): ExitCodeAtom {
    const { end: _close, ...subject } = this.#parsePredecessor();
    const comparison = this.#parseComparison();
    const operand = this.#parseOperandText('an exit code such as 0 or -1');
    const code = Number(operand.text);
    if (!/^[+-]?\d{1,10}$/.test(operand.text) || Math.abs(code) > 2 ** 31) {
      throw this.#problem(operand, `expected an exit code such as 0 or -1, ${found(operand)}`);
    }
    return { kind: 'exitcode', ...subject, comparison, code, start, end: operand.end };
  }

  /** ValueAtom := keyword '(' GlobalName ('^' Instance)? ')' Comparison (word | quoted) */
  #parseValue({ start }: Span): ValueAtom {
    const word = this.#expect('word', 'a global variable name');
    const globalVariable = this.#name('a global variable name', word, parseGlobalName);
    const instance = this.#parseInstance();
    if (this.#peek().kind === ',') {
      throw this.#unexpected('")", as a global variable takes no look-back');
    }
    this.#expect(')', '")"');
    const comparison = this.#parseComparison();
    const operand = this.#parseOperandText('a value such as "READY"');
    if (operand.text.length > maxOperandLength) {
      const length = `found ${operand.text.length} characters`;
      throw this.#problem(operand, `expected at most ${maxOperandLength} characters, ${length}`);
    }
    return {
      kind: 'value',
      globalVariable,
      ...(instance && { instance }),
      comparison,
      operand: operand.text,
      start,
      end: operand.end,
    };
  }

  /** Predecessor := JobReference (',' Lookback)? ')'; its end is that of the parenthesis */
  #parsePredecessor(): { job: JobReference; lookback?: Lookback; end: number } {
    const job = this.#parseJobReference();
    const lookback = this.#accept(',') ? this.#parseLookback() : undefined;
    const { end } = this.#expect(')', lookback ? '")"' : '")" or "," and a look-back');
    return { job, ...(lookback && { lookback }), end };
  }

  /** JobReference := word ('^' Instance)? */
  #parseJobReference(): JobReference {
    const word = this.#expect('word', 'a job name');
    const job = this.#name('a job name', word, parseJobName);
    const instance = this.#parseInstance();
    const { end } = this.#previous();
    return { job, ...(instance && { instance }), start: word.start, end };
  }

  #parseInstance(): AutosysInstance | undefined {
    if (!this.#accept('^')) return undefined;
    const what = 'an AutoSys instance of three characters after "^"';
    return this.#name(what, this.#expect('word', what), parseAutosysInstance);
  }

  #parseLookback(): Lookback {
    const word = this.#expect('word', `a look-back: ${lookbackAllowed}`);
    const lookback = readLookback(word.text);
    if (lookback) return lookback;
    const hint = /^[.:]\d/.test(word.text) ? `; write 00${word.text}` : '';
    throw this.#problem(word, `expected a look-back: ${lookbackAllowed}; ${found(word)}${hint}`);
  }

  #parseComparison(): Comparison {
    // The lexer makes a token of this kind from these six texts and no other.
    return this.#expect('compare', 'a comparison: = != < > <= >=').text as Comparison;
  }

  #parseOperandText(what: string): Token {
    return this.#accept('quoted') ?? this.#expect('word', what);
  }

  #acceptConnective(): 'both' | 'either' | undefined {
    const { kind, text } = this.#peek();
    const word = kind === 'word' ? text.toLowerCase() : kind;
    if (word === '&' || word === 'and') {
      this.#next();
      return 'both';
    }
    if (word === '|' || word === 'or') {
      this.#next();
      return 'either';
    }
    return undefined;
  }

  /** Takes a name through its checked door and puts the door's refusal in its place. */
  #name<Name>(what: string, word: Token, parseName: (text: string) => Name): Name {
    try {
      return parseName(word.text);
    } catch (error) {
      if (!(error instanceof NameError)) throw error;
      throw this.#problem(
        word,
        `expected ${what}, found ${error.found} (allowed: ${error.allowed})`,
      );
    }
  }

  #peek(): Token {
    return this.#tokenAt(this.#at);
  }

  #previous(): Token {
    return this.#tokenAt(this.#at - 1);
  }

  #tokenAt(index: number): Token {
    const token = this.#tokens[index] ?? this.#tokens.at(-1);
    if (!token) throw new TypeError('a condition has at least its end token');
    return token;
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #accept(kind: TokenKind): Token | undefined {
    return this.#peek().kind === kind ? this.#next() : undefined;
  }

  #expect(kind: TokenKind, what: string): Token {
    const token = this.#accept(kind);
    if (!token) throw this.#unexpected(what);
    return token;
  }

  #unexpected(what: string, hint = ''): ConditionSyntaxError {
    const token = this.#peek();
    const quote = token.kind === 'unclosed' ? 'expected the closing double quote' : undefined;
    return this.#problem(token, `${quote ?? `expected ${what}`}, ${found(token)}${hint}`);
  }

  #problem({ start, end }: Span, message: string): ConditionSyntaxError {
    return new ConditionSyntaxError(this.#source, [{ start, end, message }]);
  }
}

function found(token: Token): string {
  return token.kind === 'end' ? 'found the end of the condition' : `found ${quote(token.text)}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}

function hintFor({ kind, text }: Token): string {
  const word = text.toLowerCase();
  if (kind === 'strange' || word === 'not') {
    return '; a condition has no NOT, use notrunning(job) or compare with !=';
  }
  if (word === 'variable' || word === 'global') return '; a global variable is value(NAME)';
  return '';
}
