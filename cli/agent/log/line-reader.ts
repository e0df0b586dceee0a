import { escapeLine } from '../../escape-text.ts';

/** Splits the pages of a log into lines that are safe to print. */
export interface LineReader {
  /** The lines that end in this page. */
  readonly take: (page: string) => readonly string[];
  /** The line without a line end, if there is one. */
  readonly rest: () => readonly string[];
}

/** Longest printed line, in characters. */
export const maxLineLength = 16_384;

/**
 * Creates a reader. A longer line is cut, with its length. Control characters are escaped, although
 * the API does so too.
 */
export function createLineReader(): LineReader {
  let kept = '';
  let length = 0;

  function add(text: string): void {
    if (kept.length < maxLineLength) kept += text.slice(0, maxLineLength - kept.length);
    length += text.length;
  }
  function end(): string {
    const cut = length > maxLineLength ? ` [line cut, ${length} characters]` : '';
    const line = `${escapeLine(kept.replace(/\r$/, ''))}${cut}`;
    kept = '';
    length = 0;
    return line;
  }

  return {
    take(page) {
      const pieces = page.split('\n');
      const last = pieces.pop() ?? '';
      const lines = pieces.map((piece) => {
        add(piece);
        return end();
      });
      add(last);
      return lines;
    },
    rest: () => (length > 0 ? [end()] : []),
  };
}
