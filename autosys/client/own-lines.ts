import { codeOf, markupLines, splitOutputLines } from './code-line.ts';
import { fieldOf, leavesOf, type Reply, toLines } from './reply.ts';

/** Fields of JSON with messages. Other fields contain data, such as names and descriptions. */
const messageFields = [
  'stdErr',
  'stdOut',
  'output',
  'error',
  'errors',
  'message',
  'messages',
  'errorMessage',
];

/**
 * The lines of a reply that are text of AutoSys, not data.
 *
 * These are the lines of plain text, the message fields of JSON, and the texts between the tags of
 * a page. A reply that is not 2xx contains no data: all texts of its JSON count, except those that
 * repeat the request.
 */
export function ownLines({ shape, text, json, httpStatus }: Reply): readonly string[] {
  switch (shape) {
    case 'empty':
    case 'unreadable':
      return [];
    case 'text':
      return splitOutputLines(text);
    case 'page':
      return markupLines(text);
    case 'json':
      return httpStatus >= 200 && httpStatus < 300
        ? messageFields.flatMap((name) => toLines(fieldOf(json, name)))
        : linesWithoutEcho(json);
    default:
      return shape satisfies never;
  }
}

/** Fields that repeat the request. */
const echoField =
  /^_*(?:job|box|machine|global|variable)?_?(?:name|value|comment|description|response)$|^job$/i;

/**
 * All lines of the reply to a change, of any shape, except those that repeat the request.
 *
 * The reply to a change contains no data, so an error in a field of any name is found.
 */
export function answerLines(reply: Reply): readonly string[] {
  return reply.shape === 'json' ? linesWithoutEcho(reply.json) : ownLines(reply);
}

/** Whether a line of AutoSys text begins with this code, such as `CAUAJM_E_50027`. */
export function hasCode(reply: Reply, code: string): boolean {
  return ownLines(reply).some((line) => codeOf(line) === code);
}

function linesWithoutEcho(json: unknown): readonly string[] {
  return leavesOf(json, 0, (name) => echoField.test(name)).flatMap(toLines);
}
