import * as z from 'zod';
import { didYouMean } from '../autosys/suggest.ts';

/** What a leaf of the file has to be: `what` and `allowed` make its messages, the description its help in an editor. */
interface LeafRule {
  readonly what: string;
  readonly allowed: string;
  readonly description: string;
  readonly pattern?: RegExp;
  /** The closed list of lawful words; only an editor is told, where the word depends on its surroundings. */
  readonly words?: readonly string[];
  /** What the pattern cannot tell: the message, or `undefined` where the text is lawful. */
  readonly check?: (text: string) => string | undefined;
  /** The text may be a password by mistake, so it is never repeated. */
  readonly confidential?: true;
}

/** A text with its rule. */
export function leaf(rule: LeafRule) {
  const { what, allowed, description, pattern, words, check, confidential } = rule;
  const refuse = (input: unknown) =>
    confidential && typeof input === 'string'
      ? `${what}: found ${input.length} characters that are none, allowed: ${allowed}`
      : say(what, input, `${allowed}${needsQuotes(input) ? '; put it in quotes' : ''}`);
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

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  what: string,
  words: Words,
  description: string,
) {
  return z
    .enum(words, {
      error: ({ input }) =>
        say(what, input, words.join(', ')) +
        (typeof input === 'string' ? didYouMean(input, words) : ''),
    })
    .meta({ description });
}

/** true or false. */
export function truth(what: string, description: string) {
  return z
    .boolean({ error: ({ input }) => say(what, input, 'true or false') })
    .meta({ description });
}

interface MappingRule {
  readonly what: string;
  readonly description: string;
  /** Said of a key that stands here by a common mistake. */
  readonly hints?: Readonly<Record<string, string>>;
}

/** A mapping with these keys and no others; each unknown key has a line of its own in the message. */
export function mapping<const Shape extends z.core.$ZodLooseShape>(
  { what, description, hints = {} }: MappingRule,
  shape: Shape,
) {
  const known = Object.keys(shape);
  return z
    .strictObject(shape, {
      error: (issue) => {
        if (issue.code !== 'unrecognized_keys') {
          return say(what, issue.input, `a mapping with ${known.join(', ')}`);
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

/** A list with something in it. */
export function list<Item extends z.core.$ZodType>(what: string, item: Item) {
  const allowed = 'a list of one or more';
  return z
    .array(item, { error: ({ input }) => say(what, input, allowed) })
    .min(1, { error: () => `${what}: found an empty list, allowed: ${allowed}` });
}

/** One, or a list of them; what is neither is refused in the words of the one. */
export function oneOrMore<Item extends z.core.$ZodType>(what: string, item: Item) {
  return z.union([item, list(what, item)], { error: asTheFirst });
}

/** In place of a union's message: the message of its first member stands for it. */
export const asTheFirst = '';

/** What was found and what is allowed; the value of a text, the type of anything else. */
export function say(what: string, found: unknown, allowed: string): string {
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
