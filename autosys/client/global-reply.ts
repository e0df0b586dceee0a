import type { GlobalName } from '../names.ts';
import { toMeaning } from './meaning.ts';
import type { GlobalVariableRead } from './profile.ts';
import type { CommandOutput, GlobalVariableReading } from './readings.ts';
import { fieldOf, type Reply } from './reply.ts';
import { describeAnswer, readCommandOutput } from './wire.ts';

const absence = /invalid|unknown|undefined|no such|not (?:found|exist|defined|set)/i;
const denial = /denied|authori[sz]|permission|security|credential/i;

/** The release knows no such request. */
const unspoken: ReadonlySet<number> = new Set([404, 405, 406, 501]);

/**
 * Reads an answer about a global variable.
 *
 * @returns `undefined` where it is a failure of another kind, or nothing that can be read
 */
export function readGlobalReply(
  reply: Reply,
  template: GlobalVariableRead,
  globalVariable: GlobalName,
): GlobalVariableReading | undefined {
  const { httpStatus } = reply;
  const meaning = toMeaning(reply);
  // AEWS did not answer, so this says nothing of the variable.
  if (meaning === 'unexplained' || meaning === 'unavailable') return undefined;
  if (httpStatus === 404 && template.path.includes('{globalVariable}')) return { kind: 'unset' };
  if (unspoken.has(httpStatus)) {
    const asked = `${template.method} ${template.path}`;
    return { kind: 'unreadable', reason: `${asked} was answered with ${describeAnswer(reply)}` };
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
 * Reads what `autorep -G NAME` printed: the bare value, or on some releases the table of `autorep -G ALL`.
 *
 * That a missing variable gives an error text or nothing at all is inferred, and the text is not known: it counts as unset
 * where it names the variable or speaks of absence. A scheduler out of reach or a missing permission is not absence.
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

/** The underscores say where a column begins and ends; a value may hold blanks. */
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

/** A value may end in blanks, but the end of its line is autorep's. */
function withoutEnd(line: string): string {
  return line.replace(/[\r\n]+$/, '');
}
