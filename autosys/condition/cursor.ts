import { NameError } from '../errors.ts';
import { ConditionSyntaxError, type Source, type Span } from '../source.ts';
import type { ConditionToken, TokenKind } from './lexer.ts';

/** Walks the tokens of a condition; the parser reads aloud in its verbs, and every refusal is made here. */
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

  /** The token that comes next; at the end, the end again. */
  peek(): ConditionToken {
    return this.#tokens[this.#at] ?? this.#end;
  }

  /** Takes the next token. */
  next(): ConditionToken {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  /** Takes the next token if it is of the kind. */
  accept(kind: TokenKind): ConditionToken | undefined {
    return this.peek().kind === kind ? this.next() : undefined;
  }

  /** Takes the next token, which has to be of the kind. @throws {ConditionSyntaxError} */
  expect(kind: TokenKind, what: string): ConditionToken {
    const token = this.accept(kind);
    if (!token) throw this.unexpected(what);
    return token;
  }

  /** Takes the next word through the checked door of a name, and puts the door's refusal in its place. */
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
      throw this.problem(word, `expected ${what}, found ${found} (allowed: ${allowed})`);
    }
  }

  /** The refusal of the next token. */
  unexpected(what: string, hint = ''): ConditionSyntaxError {
    const token = this.peek();
    const expected = token.kind === 'unclosed' ? 'the closing double quote' : what;
    return this.refuse(token, `expected ${expected}`, hint);
  }

  /** The refusal of a token that was taken: what should have stood there, and what did. */
  refuse(token: ConditionToken, expected: string, hint = ''): ConditionSyntaxError {
    const found = token.kind === 'end' ? 'the end of the condition' : quote(token.text);
    return this.problem(token, `${expected}, found ${found}${hint}`);
  }

  /** The refusal of a stretch, in whole words. */
  problem({ start, end }: Span, message: string): ConditionSyntaxError {
    return new ConditionSyntaxError(this.#source, [{ start, end, message }]);
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
