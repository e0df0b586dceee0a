import { NameError } from '../errors.ts';
import { ConditionSyntaxError, type Source, type Span } from '../source.ts';
import type { ConditionToken, TokenKind } from './lexer.ts';

/** Iterates over the tokens of a condition and creates all syntax errors. */
export class TokenCursor {
  readonly #source: Source;
  readonly #tokens: readonly ConditionToken[];
  readonly #end: ConditionToken;
  #at = 0;

  constructor(source: Source, tokens: readonly ConditionToken[]) {
    const { length } = source.text;
    this.#source = source;
    this.#tokens = tokens;
    this.#end = tokens.at(-1) ?? { kind: 'end', text: '', start: length, end: length };
  }

  /** The next token, without taking it. At the end always the `end` token. */
  peek(): ConditionToken {
    return this.#tokens[this.#at] ?? this.#end;
  }

  /** Takes the next token. */
  next(): ConditionToken {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  /** Takes the next token if it has the kind. */
  accept(kind: TokenKind): ConditionToken | undefined {
    return this.peek().kind === kind ? this.next() : undefined;
  }

  /** Takes the next token, which must have the kind. @throws {ConditionSyntaxError} */
  expect(kind: TokenKind, what: string): ConditionToken {
    const token = this.accept(kind);
    if (!token) throw this.unexpectedNext(what);
    return token;
  }

  /** Takes the next word and parses it as a name. @throws {ConditionSyntaxError} */
  expectName<Name>(
    what: string,
    parseName: (text: string) => Name,
  ): Span & { readonly name: Name } {
    const word = this.expect('word', what);
    try {
      return { name: parseName(word.text), start: word.start, end: word.end };
    } catch (error) {
      if (!(error instanceof NameError)) throw error;
      const { found, allowed } = error;
      throw this.errorIn(word, `expected ${what}, found ${found} (allowed: ${allowed})`);
    }
  }

  /** An error about the next token: what was expected and what was found. */
  unexpectedNext(what: string, hint = ''): ConditionSyntaxError {
    const token = this.peek();
    const expected = token.kind === 'unclosed' ? 'the closing double quote' : what;
    return this.unexpected(token, `expected ${expected}`, hint);
  }

  /** An error about a token that was taken: what was expected and what was found. */
  unexpected(token: ConditionToken, expected: string, hint = ''): ConditionSyntaxError {
    const found = token.kind === 'end' ? 'the end of the condition' : quote(token.text);
    return this.errorIn(token, `${expected}, found ${found}${hint}`);
  }

  /** An error about a part of the condition, with the whole message. */
  errorIn({ start, end }: Span, message: string): ConditionSyntaxError {
    return new ConditionSyntaxError(this.#source, [{ start, end, message }]);
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
