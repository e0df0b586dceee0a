import { refuseSlowPattern } from './pattern-ambiguity.ts';
import { createAutomata } from './pattern-automaton.ts';
import { PatternRefusal, parsePattern } from './pattern-syntax.ts';

/** Maximum length of a pattern, in characters. */
export const maxPatternLength = 500;

/**
 * Checks the pattern of a parameter: a regular expression of JavaScript with the flag `u`, without
 * anchors. Returns the fault, or `undefined`.
 */
export function findParamPatternFault(pattern: string): string | undefined {
  if (pattern === '' || pattern.length > maxPatternLength) {
    return `pattern: found ${pattern.length} characters, allowed: a regular expression of 1 to ${maxPatternLength} characters`;
  }
  try {
    // Not within the anchors: `a)(b` would be valid there.
    new RegExp(pattern, 'u');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const reason = error.message.slice(error.message.lastIndexOf(': ') + 2);
    return `pattern: found ${JSON.stringify(pattern)}, which is no regular expression with the flag u: ${reason}`;
  }
  try {
    for (const automaton of createAutomata(parsePattern(pattern))) refuseSlowPattern(automaton);
    return undefined;
  } catch (error) {
    if (!(error instanceof PatternRefusal)) throw error;
    return `pattern: found ${JSON.stringify(pattern)}, which may take very long to reject a value: ${error.message}; allowed: parts that match a text in one way only, as in [a-z]+(?:-[a-z]+)*`;
  }
}
