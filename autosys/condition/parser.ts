import {
  type AutosysInstance,
  parseAutosysInstance,
  parseGlobalName,
  parseJobName,
} from '../names.ts';
import type { Source, Span } from '../source.ts';
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
import { TokenCursor } from './cursor.ts';
import { readKeyword } from './keywords.ts';
import { type ConditionToken, lexCondition } from './lexer.ts';
import { lookbackAllowed, readLookback } from './lookback.ts';

/**
 * Maximum length of an operand that is compared with a global variable (CA MDB r11, documented).
 */
const maxOperandLength = 100;

/** Maximum depth of parentheses. Real conditions are less deep, and the call stack allows more. */
const maxDepth = 200;

/**
 * Parses a starting condition. `\:` counts as a colon.
 *
 * @param span the position of the condition in a larger source, such as a JIL file. All spans of
 *   the result and of an error are offsets in the whole source. @default - the whole text
 * @throws {ConditionSyntaxError} at the first problem
 */
export function parseCondition(
  source: Source,
  span: Span = { start: 0, end: source.text.length },
): Condition {
  return new Parser(new TokenCursor(source, lexCondition(source.text, span))).parseWhole();
}

class Parser {
  readonly #tokens: TokenCursor;
  #depth = 0;

  constructor(tokens: TokenCursor) {
    this.#tokens = tokens;
  }

  /** Whole := Condition End */
  parseWhole(): Condition {
    const condition = this.#parseCondition();
    this.#tokens.expect('end', '"&", "|" or the end of the condition');
    return condition;
  }

  /**
   * Condition := Operand (('&' | 'and' | '|' | 'or') Operand)*
   *
   * One precedence level, from left to right. Only parentheses group (AutoSys 12.x documentation,
   * documented).
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
    const open = this.#tokens.accept('(');
    if (!open) return this.#parseAtom();
    this.#depth += 1;
    if (this.#depth > maxDepth) {
      const message = `expected at most ${maxDepth} nested parentheses, found more`;
      throw this.#tokens.errorIn(open, message);
    }
    const condition = this.#parseCondition();
    this.#tokens.expect(')', '")", "&" or "|"');
    this.#depth -= 1;
    return condition;
  }

  /** Atom := StatusAtom | ExitCodeAtom | ValueAtom, distinguished by the keyword */
  #parseAtom(): Atom {
    const keyword = this.#tokens.peek();
    const kind = keyword.kind === 'word' ? readKeyword(keyword.text) : undefined;
    if (!kind) {
      const what = 'a condition such as success(job) or value(GLOBAL) = "X"';
      throw this.#tokens.unexpectedNext(what, hintFor(keyword));
    }
    this.#tokens.next();
    this.#tokens.expect('(', `"(" after ${keyword.text}`);
    if (kind === 'value') return this.#parseValue(keyword);
    if (kind === 'exitcode') return this.#parseExitCode(keyword);
    return { kind, ...this.#parsePredecessor(keyword) };
  }

  /** ExitCodeAtom := Predecessor Comparison Integer */
  #parseExitCode(keyword: Span): ExitCodeAtom {
    const predecessor = this.#parsePredecessor(keyword);
    const comparison = this.#parseComparison();
    const allowed = 'an exit code such as 0 or -1';
    const operand = this.#parseOperandText(allowed);
    const code = Number(operand.text);
    if (!/^[+-]?\d{1,10}$/.test(operand.text) || Math.abs(code) > 2 ** 31) {
      throw this.#tokens.unexpected(operand, `expected ${allowed}`);
    }
    // "-0" is stored as 0: both have the same printed form.
    return { kind: 'exitcode', ...predecessor, comparison, code: code || 0, end: operand.end };
  }

  /** ValueAtom := keyword '(' GlobalName Instance? ')' Comparison (word | quoted) */
  #parseValue({ start }: Span): ValueAtom {
    const { name } = this.#tokens.expectName('a global variable name', parseGlobalName);
    const instance = this.#parseInstance();
    if (this.#tokens.peek().kind === ',') {
      throw this.#tokens.unexpectedNext('")", because a global variable has no look-back');
    }
    this.#tokens.expect(')', '")"');
    const comparison = this.#parseComparison();
    const { text, ...position } = this.#parseOperandText('a value such as "READY"');
    if (text.length > maxOperandLength) {
      const message = `expected at most ${maxOperandLength} characters, found ${text.length}`;
      throw this.#tokens.errorIn(position, message);
    }
    return {
      kind: 'value',
      globalVariable: name,
      ...(instance && { instance: instance.name }),
      comparison,
      operand: text,
      start,
      end: position.end,
    };
  }

  /** Predecessor := keyword '(' JobReference (',' Lookback)? ')'. This is a whole StatusAtom. */
  #parsePredecessor({ start }: Span): Omit<StatusAtom, 'kind'> {
    const job = this.#parseJobReference();
    const lookback = this.#tokens.accept(',') ? this.#parseLookback() : undefined;
    const { end } = this.#tokens.expect(')', lookback ? '")"' : '")" or "," and a look-back');
    return { job, ...(lookback && { lookback }), start, end };
  }

  /** JobReference := word Instance? */
  #parseJobReference(): JobReference {
    const { name: job, start, end } = this.#tokens.expectName('a job name', parseJobName);
    const instance = this.#parseInstance();
    return {
      job,
      ...(instance && { instance: instance.name }),
      start,
      end: instance?.end ?? end,
    };
  }

  /** Instance := '^' word */
  #parseInstance(): (Span & { readonly name: AutosysInstance }) | undefined {
    if (!this.#tokens.accept('^')) return undefined;
    return this.#tokens.expectName('an AutoSys instance after "^"', parseAutosysInstance);
  }

  #parseLookback(): Lookback {
    const expected = `a look-back (${lookbackAllowed})`;
    const word = this.#tokens.expect('word', expected);
    const lookback = readLookback(word.text);
    if (lookback) return lookback;
    const hint = /^[.:]\d/.test(word.text) ? `; write 00${word.text}` : '';
    throw this.#tokens.unexpected(word, `expected ${expected}`, hint);
  }

  #parseComparison(): Comparison {
    // The lexer creates tokens of this kind from these six texts only.
    return this.#tokens.expect('compare', 'a comparison: = != < > <= >=').text as Comparison;
  }

  #parseOperandText(what: string): ConditionToken {
    return this.#tokens.accept('quoted') ?? this.#tokens.expect('word', what);
  }

  #acceptConnective(): 'both' | 'either' | undefined {
    const { kind, text } = this.#tokens.peek();
    const word = kind === 'word' ? text.toLowerCase() : kind;
    const connective =
      word === '&' || word === 'and'
        ? 'both'
        : word === '|' || word === 'or'
          ? 'either'
          : undefined;
    if (connective) this.#tokens.next();
    return connective;
  }
}

function hintFor({ kind, text }: ConditionToken): string {
  const word = text.toLowerCase();
  if (kind === 'unknown' || word === 'not') {
    return '; a condition has no NOT, use notrunning(job) or compare with !=';
  }
  if (word === 'variable' || word === 'global') return '; a global variable is value(NAME)';
  return '';
}
