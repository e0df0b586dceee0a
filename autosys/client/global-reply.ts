import { type GlobalTable, readGlobals } from '../autorep/index.ts';
import type { GlobalName } from '../names.ts';
import { toMeaning } from './meaning.ts';
import type { GlobalVariableRead } from './profile.ts';
import type { CommandOutput, GlobalVariableReading } from './readings.ts';
import { fieldOf, type Reply } from './reply.ts';
import { describeReply, readCommandOutput } from './wire.ts';

const absence = /invalid|unknown|undefined|no such|not (?:found|exist|defined|set)/i;
const denial = /denied|authori[sz]|permission|security|credential/i;

/** The requested variable, and the timezone of the scheduler, in which tables show times. */
interface GlobalRequest {
  readonly globalVariable: GlobalName;
  readonly timezone: string;
}

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
  { globalVariable, timezone }: GlobalRequest,
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
      return output && readGlobalOutput(output, { globalVariable, timezone }, reply.said);
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
  { globalVariable, timezone }: GlobalRequest,
  said: string,
): GlobalVariableReading {
  const complaint = stdErr.join(' ');
  if (complaint.trim() !== '') {
    const absent = complaint.includes(globalVariable) || absence.test(complaint);
    return absent && !denial.test(complaint)
      ? { kind: 'unset' }
      : { kind: 'unreadable', reason: said };
  }
  const rows = readGlobals(stdOut, timezone)?.rows;
  if (rows !== undefined) return readTable(rows, stdOut, globalVariable);
  if (stdOut.length === 0) return { kind: 'unset' };
  const [value = '', ...more] = stdOut.filter((line) => line.trim() !== '');
  return more.length === 0
    ? { kind: 'value', value: withoutEnd(value) }
    : { kind: 'unreadable', reason: `autorep printed ${more.length + 1} lines instead of a value` };
}

/** A name of this length or shorter fits into the column of every known layout. */
const shortName = 20;

/**
 * Reads the table of one or more variables. `unreadable` if it may show only a part of the value or
 * of the name.
 */
function readTable(
  rows: GlobalTable['rows'],
  lines: readonly string[],
  globalVariable: GlobalName,
): GlobalVariableReading {
  const row = rows.get(globalVariable);
  if (row?.value !== undefined) return { kind: 'value', value: row.value };
  const start = globalVariable.slice(0, shortName);
  const mayBeCut =
    globalVariable.length > shortName && lines.some((line) => line.trimStart().startsWith(start));
  return row === undefined && !mayBeCut
    ? { kind: 'unset' }
    : { kind: 'unreadable', reason: 'the table of autorep may show only a part of it' };
}

/** Removes the line end that autorep adds. A value may end with blanks. */
function withoutEnd(line: string): string {
  return line.replace(/(?<![\r\n])[\r\n]+$/, '');
}
