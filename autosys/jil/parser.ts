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

/** More than anybody reads; each one told costs a walk through the text for its line and column. */
const maxProblems = 1000;

const knownSubcommands: ReadonlySet<string> = new Set(subcommands);

/**
 * Reads a JIL text as far as it reads: a statement with a problem does not hide the next one.
 *
 * Statements whose subcommand or object does not read are left out; an attribute that does not read is left out of its
 * statement. Unknown attributes stay, and are the script's warnings. Of problems and warnings the first thousand are kept.
 */
export function readJil(source: Source): {
  readonly script: JilScript;
  readonly problems: readonly Problem[];
} {
  return new Parser(source, lexJil(source.text, splits)).parseScript();
}

/**
 * Reads a JIL text that must be right.
 *
 * @throws {JilSyntaxError} with every problem
 */
export function parseJil(source: Source): JilScript {
  const { script, problems } = readJil(source);
  if (problems.length > 0) throw new JilSyntaxError(source, problems);
  return script;
}

/** After the object of a subcommand any `word:` is an attribute, as no name has blanks; in a value only a known one is. */
const splits: Splits = (word, opener) =>
  knownSubcommands.has(opener) || isKnownAttribute(word) || knownSubcommands.has(word);

type Draft = { -readonly [Key in keyof Statement]: Statement[Key] } & { attributes: Attribute[] };

class Parser {
  readonly #source: Source;
  readonly #tokens: readonly JilToken[];
  readonly #statements: Draft[] = [];
  readonly #problems: Problem[] = [];
  readonly #warnings: Problem[] = [];
  /** The statement that attributes belong to; `refused` where its opening had a problem, so that one fault is told once. */
  #current: Draft | 'refused' | undefined;

  constructor(source: Source, tokens: readonly JilToken[]) {
    this.#source = source;
    this.#tokens = tokens;
  }

  /** Script := (Subcommand value (keyword value line*)*)* */
  parseScript(): { script: JilScript; problems: readonly Problem[] } {
    this.#tokens.forEach((token, index) => {
      if (token.kind === 'fault') this.#problem(token, token.text);
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
      this.#refuse(keyword, `expected a subcommand of jil, found ${shown(keyword.text)}${hint}`);
    } else if (this.#current === undefined) {
      const message = `expected a subcommand such as insert_job first, found ${shown(keyword.text)}`;
      this.#refuse(keyword, message);
    } else if (this.#current !== 'refused') {
      this.#addAttribute(this.#current, keyword, value);
    }
  }

  #openStatement(keyword: KeywordToken, subcommand: Subcommand, value: JilToken | undefined): void {
    this.#current = 'refused';
    if (value?.kind !== 'value') return;
    const refusal = refuseObject(subcommand, value.text);
    if (refusal !== undefined) {
      this.#refuse(value.text === '' ? keyword : value.inner, refusal);
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
      this.#warn(keyword, `${shown(name)} is no attribute that is known here, it is kept${hint}`);
    }
    if (statement.attributes.some((attribute) => attribute.name === name)) {
      this.#warn(keyword, `${name} is given twice in one statement, the last one counts`);
    }
    this.#warnOfColon(value);
    const { text, inner, end } = value;
    statement.attributes.push({ name, value: text, valueSpan: inner, start: keyword.start, end });
    statement.end = end;
  }

  /** A line without a keyword carries on a list; anywhere else it is lost and said to be. */
  #continueValue(line: TextToken): void {
    if (this.#current === 'refused') return;
    const last = this.#current?.attributes.at(-1);
    if (!this.#current || !last || !isListAttribute(last.name)) {
      const found = shown(line.text);
      this.#problem(line, `expected "attribute: value" or a comment, found ${found}`);
      return;
    }
    const { end } = line;
    const valueSpan = { start: last.valueSpan.start, end: line.inner.end };
    // Where one of the two lines is empty, no blank of ours may stand at the end of the value.
    const value = [last.value, line.text].filter((part) => part !== '').join(' ');
    this.#current.attributes.splice(-1, 1, { ...last, value, valueSpan, end });
    this.#current.end = end;
  }

  #warnOfColon({ bareColon }: TextToken): void {
    if (!bareColon) return;
    this.#warn(bareColon, 'a colon inside a value should be written \\: or the value in quotes');
  }

  #refuse(span: Span, message: string): void {
    this.#current = 'refused';
    this.#problem(span, message);
  }

  #problem({ start, end }: Span, message: string): void {
    if (this.#problems.length < maxProblems) this.#problems.push({ start, end, message });
  }

  #warn({ start, end }: Span, message: string): void {
    if (this.#warnings.length < maxProblems) this.#warnings.push({ start, end, message });
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}

function isSubcommand(word: string): word is Subcommand {
  return knownSubcommands.has(word);
}

/** Whether an unknown word was meant to open a statement; taken for an attribute it would join two jobs into one. */
function meansSubcommand(word: string): boolean {
  if (isKnownAttribute(word)) return false;
  return (
    /^(insert|update|delete|override|rename)_/.test(word) ||
    (suggest(word, subcommands) !== undefined && suggest(word, attributeNames) === undefined)
  );
}

function refuseObject(subcommand: Subcommand, object: string): string | undefined {
  const [what, parseName] = doorOf(subcommand);
  if (object === '') return `expected ${what} after ${subcommand}:, found nothing`;
  try {
    parseName?.(object);
    return undefined;
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    return `expected ${what}, found ${error.found} (allowed: ${error.allowed})`;
  }
}

function doorOf(subcommand: Subcommand): readonly [string, ((text: string) => unknown)?] {
  if (/_(job|box)$/.test(subcommand)) return ['a job name', parseJobName];
  if (subcommand.endsWith('_machine')) return ['a machine name', parseMachineName];
  if (subcommand.endsWith('_xinst')) return ['an AutoSys instance', parseAutosysInstance];
  return ['a name'];
}
