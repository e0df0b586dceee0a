import { NameError } from '../errors.ts';
import { parseAutosysInstance, parseJobName, parseMachineName } from '../names.ts';
import { JilSyntaxError, type Problem, type Source, type Span } from '../source.ts';
import { didYouMean, suggest } from '../suggest.ts';
import {
  type Attribute,
  type JilScript,
  type Statement,
  type Subcommand,
  subcommands,
} from './ast.ts';
import { attributeNames, isKnownAttribute, isListAttribute } from './attributes.ts';
import { type JilToken, type KeywordToken, lexJil, type Splits, type TextToken } from './lexer.ts';

/** Maximum number of problems. To find line and column of each, the text is searched again. */
const maxProblems = 1000;

const knownSubcommands: ReadonlySet<string> = new Set(subcommands);

/**
 * Reads a JIL text. After a problem it continues with the next statement.
 *
 * The script omits statements with an invalid subcommand or object, and invalid attributes. It
 * keeps unknown attributes and lists them as warnings. At most 1,000 problems and 1,000 warnings
 * are kept.
 */
export function readJil(source: Source): {
  readonly script: JilScript;
  readonly problems: readonly Problem[];
} {
  return new Parser(source, lexJil(source.text, splits)).parseScript();
}

/**
 * Parses a JIL text.
 *
 * @throws {JilSyntaxError} with all problems
 */
export function parseJil(source: Source): JilScript {
  const { script, problems } = readJil(source);
  if (problems.length > 0) throw new JilSyntaxError(source, problems);
  return script;
}

/**
 * After the object of a subcommand any `word:` is an attribute, because names have no blanks. In a
 * value only the name of a known attribute or subcommand is one.
 */
const splits: Splits = (word, opener) =>
  knownSubcommands.has(opener) || isKnownAttribute(word) || knownSubcommands.has(word);

type Draft = { -readonly [Key in keyof Statement]: Statement[Key] } & { attributes: Attribute[] };

class Parser {
  readonly #source: Source;
  readonly #tokens: readonly JilToken[];
  readonly #statements: Draft[] = [];
  readonly #problems: Problem[] = [];
  readonly #warnings: Problem[] = [];
  /** The current statement. `invalid` if its subcommand or object has a problem, reported once. */
  #current: Draft | 'invalid' | undefined;

  constructor(source: Source, tokens: readonly JilToken[]) {
    this.#source = source;
    this.#tokens = tokens;
  }

  /** Script := (Subcommand value (keyword value line*)*)* */
  parseScript(): { script: JilScript; problems: readonly Problem[] } {
    this.#tokens.forEach((token, index) => {
      if (token.kind === 'fault') this.#addProblem(token, token.text);
      if (token.kind === 'line') this.#continueValue(token);
      if (token.kind === 'keyword') this.#parseKeyword(token, this.#tokens[index + 1]);
    });
    const script: JilScript = {
      source: this.#source,
      statements: this.#statements,
      warnings: this.#warnings,
    };
    return { script, problems: this.#problems };
  }

  #parseKeyword(keyword: KeywordToken, value: JilToken | undefined): void {
    if (isSubcommand(keyword.text)) {
      this.#openStatement(keyword, keyword.text, value);
    } else if (meansSubcommand(keyword.text)) {
      const hint = didYouMean(keyword.text, subcommands);
      this.#reject(keyword, `expected a subcommand of jil, found ${shorten(keyword.text)}${hint}`);
    } else if (this.#current === undefined) {
      const found = shorten(keyword.text);
      this.#reject(keyword, `expected a subcommand such as insert_job first, found ${found}`);
    } else if (this.#current !== 'invalid') {
      this.#addAttribute(this.#current, keyword, value);
    }
  }

  #openStatement(keyword: KeywordToken, subcommand: Subcommand, value: JilToken | undefined): void {
    this.#current = 'invalid';
    if (value?.kind !== 'value') return;
    const fault = checkObject(subcommand, value.text);
    if (fault !== undefined) {
      this.#reject(value.text === '' ? keyword : value.inner, fault);
      return;
    }
    this.#current = {
      subcommand,
      object: value.text,
      objectSpan: value.inner,
      attributes: [],
      start: keyword.start,
      end: value.end,
    };
    this.#statements.push(this.#current);
  }

  #addAttribute(statement: Draft, keyword: KeywordToken, value: JilToken | undefined): void {
    if (value?.kind !== 'value') return;
    const name = keyword.text;
    if (!isKnownAttribute(name)) {
      const hint = didYouMean(name, attributeNames);
      this.#addWarning(keyword, `unknown attribute ${shorten(name)}; it is kept${hint}`);
    }
    if (statement.attributes.some((attribute) => attribute.name === name)) {
      this.#addWarning(keyword, `duplicate attribute ${name}; the last one is used`);
    }
    this.#checkColon(value);
    const { text, inner, end } = value;
    statement.attributes.push({ name, value: text, valueSpan: inner, start: keyword.start, end });
    statement.end = end;
  }

  /** Adds a line without a keyword to the list before it. After any other value it is a problem. */
  #continueValue(line: TextToken): void {
    if (this.#current === 'invalid') return;
    const last = this.#current?.attributes.at(-1);
    if (!this.#current || !last || !isListAttribute(last.name)) {
      const found = shorten(line.text);
      this.#addProblem(line, `expected "attribute: value" or a comment, found ${found}`);
      return;
    }
    const { end } = line;
    const valueSpan = { start: last.valueSpan.start, end: line.inner.end };
    // An empty line must not add a blank at the end of the value.
    const value = [last.value, line.text].filter((part) => part !== '').join(' ');
    this.#current.attributes.splice(-1, 1, { ...last, value, valueSpan, end });
    this.#current.end = end;
  }

  #checkColon({ bareColon }: TextToken): void {
    if (!bareColon) return;
    this.#addWarning(bareColon, 'unescaped colon in a value; write \\: or quote the whole value');
  }

  #reject(span: Span, message: string): void {
    this.#current = 'invalid';
    this.#addProblem(span, message);
  }

  #addProblem({ start, end }: Span, message: string): void {
    if (this.#problems.length < maxProblems) this.#problems.push({ start, end, message });
  }

  #addWarning({ start, end }: Span, message: string): void {
    if (this.#warnings.length < maxProblems) this.#warnings.push({ start, end, message });
  }
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}

function isSubcommand(word: string): word is Subcommand {
  return knownSubcommands.has(word);
}

/** Whether an unknown word is a misspelled subcommand. As an attribute it would merge two jobs. */
function meansSubcommand(word: string): boolean {
  if (isKnownAttribute(word)) return false;
  return (
    /^(insert|update|delete|override|rename)_/.test(word) ||
    (suggest(word, subcommands) !== undefined && suggest(word, attributeNames) === undefined)
  );
}

function checkObject(subcommand: Subcommand, object: string): string | undefined {
  const [what, parseName] = toObjectRule(subcommand);
  if (object === '') return `expected ${what} after ${subcommand}:, found nothing`;
  try {
    parseName?.(object);
    return undefined;
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    return `expected ${what}, found ${error.found} (allowed: ${error.allowed})`;
  }
}

function toObjectRule(subcommand: Subcommand): readonly [string, ((text: string) => unknown)?] {
  if (/_(job|box)$/.test(subcommand)) return ['a job name', parseJobName];
  if (subcommand.endsWith('_machine')) return ['a machine name', parseMachineName];
  if (subcommand.endsWith('_xinst')) return ['an AutoSys instance', parseAutosysInstance];
  return ['a name'];
}
