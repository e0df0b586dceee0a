import * as z from 'zod';
import { matchesGlob, type Selector, type WorkloadNames } from '../lambda/routing/origin.ts';
import { canMeet, toGlobTokens } from './name-tokens.ts';
import { checkException, checkSelector, toSelector } from './selector.ts';
import { firstMemberMessage, formatFault, leaf, mapping, oneOrMore } from './shapes.ts';

/** A selector as it is written: a text, or a mapping with exceptions. */
export type GivenSelector =
  | string
  | { readonly name?: string | undefined; readonly except: string | string[] };

/** The schema of a selector: a name, a name with `*`, an ARN, or a mapping with `except`. */
export function selectorSchema(subject: WorkloadNames, what: string, description: string) {
  const text = leaf({
    what,
    allowed: 'a name, a name with *, or an ARN',
    description,
    check: (given) => checkSelector(subject, given),
  });
  const exception = leaf({
    what: 'except',
    allowed: 'a name, or a name with *',
    description: 'A name, or a name with *, that the selector does not match.',
    check: (given) => checkException(subject, given),
  });
  const withExceptions = mapping(
    { what, description: 'A name with *, and the names that it does not match.' },
    {
      name: text.meta({ description: `A name with *. Default: every name.` }).optional(),
      except: oneOrMore('except', exception).meta({
        description: 'Names, or names with *, that the selector does not match: one or a list.',
      }),
    },
  ).superRefine(({ name = '*', except }, context) => {
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    if (toSelector(name).by !== 'glob') {
      refuse(['name'], `${formatFault(what, name, 'a name with *')}; one name has no exceptions`);
      return;
    }
    for (const [at, one] of [except].flat().entries()) {
      const problem = checkEffect(name, one);
      if (problem) refuse(['except', ...(Array.isArray(except) ? [at] : [])], problem);
    }
  });
  return z.union([text, withExceptions], { error: firstMemberMessage }).meta({ description });
}

/** Finds an exception that covers everything, or nothing, that the glob matches. */
function checkEffect(glob: string, exception: string): string | undefined {
  if (matchesGlob(exception, glob)) {
    return `except: ${exception} covers every name that ${glob} matches, so the route matches no event; remove it`;
  }
  // A glob with a colon may match a qualifier, which no exception contains.
  const [bare = ''] = glob.split(':');
  const [name = ''] = exception.split(':');
  return canMeet(toGlobTokens(bare), toGlobTokens(name))
    ? undefined
    : `except: ${exception} is no name that ${glob} matches, so it has no effect; remove it, or correct it`;
}

/** Compiles a selector. */
export function compileSelector(given: GivenSelector): Selector {
  if (typeof given === 'string') return toSelector(given);
  return { ...toSelector(given.name ?? '*'), except: [given.except].flat() };
}
