import { UsageError } from './usage.ts';

/** A quoted or unquoted part of a word, as in a POSIX shell. */
const piece =
  /'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\[\s\S])*)"|\\(?<escaped>[\s\S])|(?<bare>[^\s'"\\]+)/y;

/**
 * Splits a command line into words. Quotes and backslashes work as in a shell; nothing is expanded.
 *
 * @throws {UsageError} for a quote that is not closed and for a backslash at the end
 */
export function splitCommandLine(text: string): string[] {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
    if (at >= text.length) return words;
    const { word, end } = readWord(text, at);
    words.push(word);
    at = end;
  }
}

/** Quotes a word so that {@link splitCommandLine} and a shell read the same word back. */
export function quoteArgument(word: string): string {
  if (/^[A-Za-z0-9_./:=@%+,^-][A-Za-z0-9_./:=@%+,^#-]*$/.test(word)) return word;
  return `"${word.replace(/["\\$`]/g, '\\$&')}"`;
}

function readWord(text: string, start: number): { word: string; end: number } {
  let word = '';
  let end = start;
  while (end < text.length && !/\s/.test(text[end] ?? '')) {
    piece.lastIndex = end;
    const match = piece.exec(text);
    if (!match?.groups) throw unclosed(text, end);
    const { single, double, escaped, bare } = match.groups;
    // Inside double quotes a backslash escapes only these four characters.
    word += single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? bare ?? '';
    end += match[0].length;
  }
  return { word, end };
}

function unclosed(text: string, at: number): UsageError {
  const opening = text[at] === '\\' ? 'a character after the backslash' : 'a closing quote';
  return new UsageError('command line', [
    `expected ${opening} for the ${JSON.stringify(text[at])} at character ${at + 1}, found the end`,
  ]);
}
