import * as z from 'zod';
import { didYouMean } from '../autosys/suggest.ts';

/** Rule of a text value. Messages use `what` and `allowed`; editors show the description. */
interface LeafRule {
  readonly what: string;
  readonly allowed: string;
  readonly description: string;
  readonly pattern?: RegExp;
  /**
   * All valid words, for the JSON Schema only. The code checks them elsewhere, because the valid
   * words depend on the context.
   */
  readonly words?: readonly string[];
  /** A check beyond the pattern. Returns the message, or `undefined` for a valid text. */
  readonly check?: (text: string) => string | undefined;
  /** Messages never repeat the text, because it may be a password by mistake. */
  readonly confidential?: true;
}

/** The schema of a text with its rule. */
export function leaf(rule: LeafRule) {
  const { what, allowed, description, pattern, words, check, confidential } = rule;
  const refuse = (input: unknown) =>
    confidential && typeof input === 'string'
      ? `${what}: found an invalid text of ${input.length} characters (not shown), allowed: ${allowed}`
      : formatFault(what, input, `${allowed}${needsQuotes(input) ? '; put it in quotes' : ''}`);
  return z
    .string({ error: ({ input }) => refuse(input) })
    .superRefine((text, context) => {
      const message = pattern?.test(text) === false ? refuse(text) : check?.(text);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .meta({
      description,
      ...(pattern && { pattern: pattern.source }),
      ...(words && { enum: [...words] }),
    });
}

/** The schema of one of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  what: string,
  words: Words,
  description: string,
) {
  return z
    .enum(words, {
      error: ({ input }) =>
        formatFault(what, input, words.join(', ')) +
        (typeof input === 'string' ? didYouMean(input, words) : ''),
    })
    .meta({ description });
}

/** The schema of `true` or `false`. */
export function booleanShape(what: string, description: string) {
  return z
    .boolean({ error: ({ input }) => formatFault(what, input, 'true or false') })
    .meta({ description });
}

interface MappingRule {
  readonly what: string;
  readonly description: string;
  /** Message for a key that is a common mistake. */
  readonly hints?: Readonly<Record<string, string>>;
}

/**
 * The schema of a mapping with these keys and no others. The message has one line for each unknown
 * key.
 */
export function mapping<const Shape extends z.core.$ZodLooseShape>(
  { what, description, hints = {} }: MappingRule,
  shape: Shape,
) {
  const known = Object.keys(shape);
  return z
    .strictObject(shape, {
      error: (issue) => {
        if (issue.code !== 'unrecognized_keys') {
          return formatFault(what, issue.input, `a mapping with ${known.join(', ')}`);
        }
        return issue.keys
          .map((key) =>
            Object.hasOwn(hints, key)
              ? hints[key]
              : `unknown key ${JSON.stringify(key)} in ${what}${didYouMean(key, known)}; allowed: ${known.join(', ')}`,
          )
          .join('\n');
      },
    })
    .meta({ description });
}

/**
 * The schema of a mapping by names that is not empty. Its compiler checks the names, because zod
 * hides the faults of the values of invalid names.
 */
export function mappingByName<Value extends z.core.$ZodType>(
  what: string,
  value: Value,
  rule: { readonly key: string; readonly allowed: string; readonly pattern: RegExp },
) {
  return z
    .record(z.string().meta({ description: rule.key, pattern: rule.pattern.source }), value, {
      error: ({ input }) => formatFault(what, input, rule.allowed),
    })
    .refine((all) => Object.keys(all).length > 0, {
      error: `${what}: found none, allowed: one or more`,
    });
}

/** The schema of a list that is not empty. */
export function list<Item extends z.core.$ZodType>(what: string, item: Item) {
  const allowed = 'a list of one or more';
  return z
    .array(item, { error: ({ input }) => formatFault(what, input, allowed) })
    .min(1, { error: () => `${what}: found an empty list, allowed: ${allowed}` });
}

/**
 * The schema of one item, or a list of items. A value that is neither gets the message of one item.
 */
export function oneOrMore<Item extends z.core.$ZodType>(what: string, item: Item) {
  return z.union([item, list(what, item)], { error: firstMemberMessage });
}

/** Used as the message of a union. It means: report the message of the first member. */
export const firstMemberMessage = '';

/**
 * Formats a message with what was found and what is allowed. Shows the value of a text, and the
 * type of any other value.
 */
export function formatFault(what: string, found: unknown, allowed: string): string {
  if (found === undefined) return `${what} is missing; allowed: ${allowed}`;
  return `${what}: found ${describe(found)}, allowed: ${allowed}`;
}

function describe(found: unknown): string {
  if (found === null) return 'nothing';
  if (Array.isArray(found)) return 'a list';
  if (typeof found === 'object') return 'a mapping';
  if (typeof found !== 'string') return `a ${typeof found}`;
  return JSON.stringify(found.length > 80 ? `${found.slice(0, 79)}…` : found);
}

function needsQuotes(found: unknown): boolean {
  return typeof found === 'number' || typeof found === 'boolean';
}
