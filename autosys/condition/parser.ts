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

/** The longest operand a comparison with a global variable takes (CA MDB r11 schema, documented). */
const maxOperandLength = 100;

/** Deeper than any condition a person writes, and far from the end of the call stack. */
const maxDepth = 200;

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
    const open = this.#tokens.accept('(');
    if (!open) return this.#parseAtom();
    this.#depth += 1;
    if (this.#depth > maxDepth) {
      const message = `expected at most ${maxDepth} parentheses inside one another, found more`;
      throw this.#tokens.problem(open, message);
    }
    const condition = this.#parseCondition();
    this.#tokens.expect(')', '")", "&" or "|"');
    this.#depth -= 1;
    return condition;
  }

  /** Atom := StatusAtom | ExitCodeAtom | ValueAtom, told apart by their keyword */
  #parseAtom(): Atom {
    const keyword = this.#tokens.peek();
    const kind = keyword.kind === 'word' ? readKeyword(keyword.text) : undefined;
    if (!kind) {
      const what = 'a condition such as success(job) or value(GLOBAL) = "X"';
      throw this.#tokens.unexpected(what, hintFor(keyword));
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
      throw this.#tokens.refuse(operand, `expected ${allowed}`);
    }
    // "-0" is 0, as nothing tells the two apart once printed.
    return { kind: 'exitcode', ...predecessor, comparison, code: code || 0, end: operand.end };
  }

  /** ValueAtom := keyword '(' GlobalName Instance? ')' Comparison (word | quoted) */
  #parseValue({ start }: Span): ValueAtom {
    const { name } = this.#tokens.expectName('a global variable name', parseGlobalName);
    const instance = this.#parseInstance();
    if (this.#tokens.peek().kind === ',') {
      throw this.#tokens.unexpected('")", as a global variable takes no look-back');
    }
    this.#tokens.expect(')', '")"');
    const comparison = this.#parseComparison();
    const { text, ...place } = this.#parseOperandText('a value such as "READY"');
    if (text.length > maxOperandLength) {
      const message = `expected at most ${maxOperandLength} characters, found ${text.length}`;
      throw this.#tokens.problem(place, message);
    }
    return {
      kind: 'value',
      globalVariable: name,
      ...(instance && { instance: instance.name }),
      comparison,
      operand: text,
      start,
      end: place.end,
    };
  }

  /** Predecessor := keyword '(' JobReference (',' Lookback)? ')'; StatusAtom is nothing more */
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
    throw this.#tokens.refuse(word, `expected ${expected}`, hint);
  }

  #parseComparison(): Comparison {
    // The lexer makes a token of this kind from these six texts and no other.
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
  if (kind === 'strange' || word === 'not') {
    return '; a condition has no NOT, use notrunning(job) or compare with !=';
  }
  if (word === 'variable' || word === 'global') return '; a global variable is value(NAME)';
  return '';
}
