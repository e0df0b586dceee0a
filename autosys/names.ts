import { NameError } from './name-error.ts';

declare const checked: unique symbol;
type Checked<Kind extends string> = string & { readonly [checked]: Kind };

/** The name of an AutoSys job or box, checked by {@link parseJobName}. */
export type JobName = Checked<'JobName'>;
/** The name of a global variable, checked by {@link parseGlobalName}. */
export type GlobalName = Checked<'GlobalName'>;
/** The value of a global variable, checked by {@link parseGlobalValue}. */
export type GlobalValue = Checked<'GlobalValue'>;
/** The name of a machine, checked by {@link parseMachineName}. */
export type MachineName = Checked<'MachineName'>;
/**
 * The three characters that name one AutoSys installation, checked by {
 *
 * @link parseAutosysInstance}.
 */
export type AutosysInstance = Checked<'AutosysInstance'>;
/** The comment of an event, checked by {@link parseComment}. */
export type Comment = Checked<'Comment'>;

interface Rule {
  /** What the text is, for messages. */
  readonly what: string;
  readonly pattern: RegExp;
  readonly max: number;
  /** The allowed characters, for messages. */
  readonly allowed: string;
  readonly mayBeEmpty?: true;
}

/**
 * The allowed characters and the maximum lengths, in characters.
 *
 * Job, machine, instance and comment: AutoSys 11.3.6 reference (documented); `@` and `:` occur in
 * references. Global name and value: CA MDB r11 schema (documented). The allowed characters of a
 * global name are those seen in use.
 */
export const nameRules = {
  job: {
    what: 'job name',
    pattern: /^[A-Za-z0-9._#@:-]+$/,
    max: 64,
    allowed: 'letters, digits and . _ # - @ :',
  },
  globalVariable: {
    what: 'global variable name',
    pattern: /^[A-Za-z0-9._-]+$/,
    max: 64,
    allowed: 'letters, digits and . _ -',
  },
  globalValue: {
    what: 'global variable value',
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it excludes control characters
    pattern: /^[^\u0000-\u001f\u007f]*$/,
    max: 100,
    allowed: 'one line without control characters',
    mayBeEmpty: true,
  },
  machine: {
    what: 'machine name',
    pattern: /^[A-Za-z0-9._-]+$/,
    max: 80,
    allowed: 'letters, digits and . _ -',
  },
  autosysInstance: {
    what: 'AutoSys instance',
    pattern: /^[A-Z0-9]{3}$/,
    max: 3,
    allowed: 'exactly three upper-case letters or digits',
  },
  comment: {
    what: 'comment',
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it excludes control characters
    pattern: /^[^\u0000-\u001f\u007f]*$/,
    max: 255,
    allowed: 'one line without control characters',
    mayBeEmpty: true,
  },
} as const satisfies Record<string, Rule>;

/**
 * Checks the name of an AutoSys job. Every `JobName` is created by this function.
 *
 * @param text 1 to 64 characters of `A-Z a-z 0-9 . _ # - @ :`; case matters
 * @throws {NameError} with the text and the rule that it breaks
 * @see docs/autosys.md#names (AutoSys 11.3.6 reference, job attributes)
 */
export function parseJobName(text: string): JobName {
  return parseName(nameRules.job, text) as JobName;
}

/**
 * Checks the name of a global variable.
 *
 * @param text 1 to 64 characters of `A-Z a-z 0-9 . _ -`; case matters
 * @throws {NameError}
 */
export function parseGlobalName(text: string): GlobalName {
  return parseName(nameRules.globalVariable, text) as GlobalName;
}

/**
 * Checks the value of a global variable.
 *
 * The value `DELETE` is rejected: AutoSys deletes the variable on it (inferred). No AWS status
 * corresponds to a deletion.
 *
 * @param text one line of 0 to 100 characters
 * @throws {NameError}
 */
export function parseGlobalValue(text: string): GlobalValue {
  const value = parseName(nameRules.globalValue, text);
  if (value === 'DELETE') {
    throw new NameError({
      what: nameRules.globalValue.what,
      found: '"DELETE"',
      allowed: 'any value except the reserved word DELETE, which deletes the variable',
    });
  }
  return value as GlobalValue;
}

/** Checks the name of a machine: 1 to 80 characters. @throws {NameError} */
export function parseMachineName(text: string): MachineName {
  return parseName(nameRules.machine, text) as MachineName;
}

/** Checks the name of an AutoSys installation, such as `ACE`. @throws {NameError} */
export function parseAutosysInstance(text: string): AutosysInstance {
  return parseName(nameRules.autosysInstance, text) as AutosysInstance;
}

/** Checks a comment: one line of 0 to 255 characters. @throws {NameError} */
export function parseComment(text: string): Comment {
  return parseName(nameRules.comment, text) as Comment;
}

function parseName(rule: Rule, text: string): string {
  const { what, max, allowed } = rule;
  if (text === '' && !rule.mayBeEmpty) {
    throw new NameError({ what, found: 'nothing', allowed: `1 to ${max} characters, ${allowed}` });
  }
  if (text.length > max) {
    const found = `${text.length} characters, "${text.slice(0, 40)}…"`;
    throw new NameError({ what, found, allowed: `at most ${max} characters` });
  }
  if (!rule.pattern.test(text)) {
    throw new NameError({ what, found: JSON.stringify(text), allowed });
  }
  return text;
}
