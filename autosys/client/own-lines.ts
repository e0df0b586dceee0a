import { codeOf, markupLines, splitOutputLines } from './code-line.ts';
import { fieldOf, leavesOf, type Reply, toLines } from './reply.ts';

/** Where JSON holds what programs have to say; other fields hold data, such as names and descriptions. */
const speakingFields = [
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
 * The lines of an answer that are AutoSys's own text: those of a plain text, those of the speaking fields of JSON, and
 * the texts between the tags of a page.
 *
 * An answer that is no 2xx holds no data: there all texts of JSON are AutoSys's own that do not repeat what was sent.
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
        ? speakingFields.flatMap((name) => toLines(fieldOf(json, name)))
        : linesWithoutEcho(json);
    default:
      return shape satisfies never;
  }
}

/** Fields that repeat what was sent. */
const echoField =
  /^_*(?:job|box|machine|global|variable)?_?(?:name|value|comment|description|response)$|^job$/i;

/**
 * All lines of an answer to a change, of whatever shape, but for those that repeat what was sent.
 *
 * An answer to a change holds no data, so an error in a field of an unknown name is found too.
 */
export function answerLines(reply: Reply): readonly string[] {
  return reply.shape === 'json' ? linesWithoutEcho(reply.json) : ownLines(reply);
}

/** Whether AutoSys's own text holds a line that begins with this code, such as `CAUAJM_E_50027`. */
export function hasCode(reply: Reply, code: string): boolean {
  return ownLines(reply).some((line) => codeOf(line) === code);
}

function linesWithoutEcho(json: unknown): readonly string[] {
  return leavesOf(json, 0, (name) => echoField.test(name)).flatMap(toLines);
}
