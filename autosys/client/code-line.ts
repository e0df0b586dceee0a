/** A message code of any class at the start of a line, such as `CAUAJM_W_71021`. */
const codeAtStart = /^\s*(CAUAJM_[A-Z]_\d+)(?![\w.#@-])/;

/**
 * The message code at the start of a line. `undefined` for any other line.
 *
 * A code in the middle of a line is data: a job name, a description, the value of a variable. A
 * longer word that begins like a code is data too, such as the job name `CAUAJM_E_1_load`.
 */
export function codeOf(line: string): string | undefined {
  return codeAtStart.exec(line)?.[1];
}

/** Whether a line begins with an error code, such as `CAUAJM_E_50027 Invalid Job Name: x`. */
export function isErrorLine(line: string): boolean {
  return codeOf(line)?.startsWith('CAUAJM_E_') === true;
}

/** The lines of a text with any line ends, without a byte order mark. */
export function splitOutputLines(text: string): readonly string[] {
  return text.replace(/^\uFEFF/, '').split(/\r\n|[\r\n]/);
}

/**
 * Number of characters of a page that are searched for a code, so that the search is always fast.
 */
const pageLimit = 16_384;

/**
 * The texts between the tags of a page, as lines. So a code that a sentence quotes begins no line.
 */
export function markupLines(text: string): readonly string[] {
  return splitOutputLines(text.slice(0, pageLimit).replace(/<[^<>]*>/g, '\n'));
}
