/** A line of AutoSys's own: it begins with a message code of any class, such as `CAUAJM_W_71021`. */
const codeAtStart = /^\s*(CAUAJM_[A-Z]_\d+)(?![\w.#@-])/;

/**
 * The message code a line begins with; `undefined` where it begins otherwise.
 *
 * A code in the middle of a line is data: a job name, a description, the value of a variable. So is a longer word that
 * begins like a code, such as the job name `CAUAJM_E_1_load`.
 */
export function codeOf(line: string): string | undefined {
  return codeAtStart.exec(line)?.[1];
}

/** Whether a line begins with an error code, such as `CAUAJM_E_50027 Invalid Job Name: x`. */
export function isErrorLine(line: string): boolean {
  return codeOf(line)?.startsWith('CAUAJM_E_') === true;
}

/** The lines of a text, whatever its line ends, without a byte order mark. */
export function splitOutputLines(text: string): readonly string[] {
  return text.replace(/^\uFEFF/, '').split(/\r\n|[\r\n]/);
}

/** The part of a page that is searched for a code, in characters; the expression stays quick on any text. */
const pageLimit = 16_384;

/** The texts between the tags of a page, each a line of its own; what a page quotes in a sentence begins no line. */
export function markupLines(text: string): readonly string[] {
  return splitOutputLines(text.slice(0, pageLimit).replace(/<[^<>]*>/g, '\n'));
}
