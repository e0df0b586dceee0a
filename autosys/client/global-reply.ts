import type { GlobalName } from '../names.ts';
import { toMeaning } from './meaning.ts';
import type { GlobalVariableRead } from './profile.ts';
import type { CommandOutput, GlobalVariableReading } from './readings.ts';
import { fieldOf, type Reply } from './reply.ts';
import { describeReply, readCommandOutput } from './wire.ts';

const absence = /invalid|unknown|undefined|no such|not (?:found|exist|defined|set)/i;
const denial = /denied|authori[sz]|permission|security|credential/i;

/** Statuses which mean that the release has no such request. */
const noSuchRequest: ReadonlySet<number> = new Set([404, 405, 406, 501]);

/**
 * Reads the reply to a request for one global variable.
 *
 * @returns `undefined` for a failure of another kind, and for a reply that cannot be read
 */
export function readGlobalReply(
  reply: Reply,
  template: GlobalVariableRead,
  globalVariable: GlobalName,
): GlobalVariableReading | undefined {
  const { httpStatus } = reply;
  const meaning = toMeaning(reply);
  // The reply is not from AEWS, so it is no evidence about the variable.
  if (meaning === 'unexplained' || meaning === 'unavailable') return undefined;
  if (httpStatus === 404 && template.path.includes('{globalVariable}')) return { kind: 'unset' };
  if (noSuchRequest.has(httpStatus)) {
    const request = `${template.method} ${template.path}`;
    return { kind: 'unreadable', reason: `${request} was answered with ${describeReply(reply)}` };
  }
  if (meaning !== 'done' || reply.shape === 'unreadable') return undefined;

  switch (template.reads) {
    case 'text':
      return reply.shape === 'page' ? undefined : { kind: 'value', value: withoutEnd(reply.text) };
    case 'json': {
      const value = fieldOf(reply.json, 'value') ?? fieldOf(reply.json, 'globalValue');
      return typeof value === 'string' ? { kind: 'value', value } : undefined;
    }
    case 'stdOut': {
      const output = readCommandOutput(reply);
      return output && readGlobalOutput(output, globalVariable, reply.said);
    }
  }
}

/**
 * Reads the output of `autorep -G NAME`: the value, or on some releases the table of `autorep -G
 * ALL`.
 *
 * It is inferred that a missing variable gives an error text or no output. The text is not known,
 * so the variable counts as unset if the text names it or contains a word such as `not found`. An
 * unreachable scheduler and a missing permission do not count as unset.
 */
function readGlobalOutput(
  { stdOut, stdErr }: CommandOutput,
  globalVariable: GlobalName,
  said: string,
): GlobalVariableReading {
  const complaint = stdErr.join(' ');
  if (complaint.trim() !== '') {
    const absent = complaint.includes(globalVariable) || absence.test(complaint);
    return absent && !denial.test(complaint)
      ? { kind: 'unset' }
      : { kind: 'unreadable', reason: said };
  }
  const ruler = stdOut.findIndex((line) => /^\s*_+( _+)+\s*$/.test(line));
  if (ruler !== -1) return readTable(stdOut, ruler, globalVariable);
  if (stdOut.length === 0) return { kind: 'unset' };
  const [value = '', ...more] = stdOut.filter((line) => line.trim() !== '');
  return more.length === 0
    ? { kind: 'value', value: withoutEnd(value) }
    : { kind: 'unreadable', reason: `autorep printed ${more.length + 1} lines instead of a value` };
}

/** Reads the table by its row of underscores, because a value may contain blanks. */
function readTable(
  lines: readonly string[],
  ruler: number,
  globalVariable: GlobalName,
): GlobalVariableReading {
  const [nameColumn, valueColumn] = [...(lines[ruler] ?? '').matchAll(/_+/g)].map((column) => ({
    start: column.index,
    end: column.index + column[0].length,
  }));
  const cell = (line: string, column: { start: number; end: number } | undefined) =>
    line.slice(column?.start, column?.end).trim();
  const row = lines.slice(ruler + 1).find((line) => cell(line, nameColumn) === globalVariable);
  return row === undefined ? { kind: 'unset' } : { kind: 'value', value: cell(row, valueColumn) };
}

/** Removes the line end that autorep adds. A value may end with blanks. */
function withoutEnd(line: string): string {
  return line.replace(/[\r\n]+$/, '');
}
