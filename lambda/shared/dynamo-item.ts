import * as z from 'zod/mini';
import { ledgerTable } from '../contract.ts';
import type { AgendaEntry } from './page-token.ts';
import type { Row, StoredRow } from './table.ts';

/** An attribute as DynamoDB's protocol writes it: a text, or a number as text. */
type Attribute = { readonly S: string } | { readonly N: string };

const { key, revision, agenda, agendaAt, expiresAt, body } = ledgerTable.attributes;

const text = z.object({ S: z.string() });
const whole = z.object({ N: z.string().check(z.regex(/^\d+$/)) });
const entryShape = z.object({ [key]: text, [agendaAt]: whole });
const rowShape = z.object({
  [key]: text,
  [revision]: whole,
  [expiresAt]: whole,
  [body]: text,
  [agenda]: z.optional(text),
  [agendaAt]: z.optional(whole),
});

/** An instant in the whole seconds of DynamoDB's time to live, rounded up: a row never goes before its time. */
function toSeconds(instant: Date): number {
  return Math.ceil(instant.getTime() / 1000);
}

/** A number as an attribute. */
export function toNumber(value: number): { N: string } {
  return { N: String(value) };
}

/** A row as an item; one without an appointment has neither attribute of the index, and so is not in it. */
export function toItem(row: Row, itsRevision: number): Record<string, Attribute> {
  return {
    [key]: { S: row.key },
    [revision]: toNumber(itsRevision),
    [expiresAt]: toNumber(toSeconds(row.expiresAt)),
    [body]: { S: JSON.stringify(row.body) },
    ...(row.agenda && toAppointment(row.agenda.list, row.agenda.at)),
  };
}

/** Where a page of the agenda begins, as DynamoDB asks for it: the keys of index and table. */
export function toStartKey(list: string, entry: AgendaEntry): Record<string, Attribute> {
  return { [key]: { S: entry.key }, ...toAppointment(list, entry.at) };
}

function toAppointment(list: string, at: Date) {
  return { [agenda]: { S: list }, [agendaAt]: toNumber(at.getTime()) };
}

/** Reads an item as a row, or says in words what is wrong with it, never quoting it. */
export function readItem(item: unknown): StoredRow | string {
  const result = z.safeParse(rowShape, item);
  if (!result.success) return toFault(result.error);
  const { data } = result;
  const list = data[agenda]?.S;
  const at = data[agendaAt];
  if ((list === undefined) !== (at === undefined))
    return `one of ${agenda}, ${agendaAt} is missing`;
  try {
    return {
      key: data[key].S,
      revision: Number(data[revision].N),
      expiresAt: new Date(Number(data[expiresAt].N) * 1000),
      body: JSON.parse(data[body].S),
      ...(list !== undefined && at && { agenda: { list, at: new Date(Number(at.N)) } }),
    };
  } catch {
    return `${body} is not JSON`;
  }
}

/** Reads an item of the index, or says what is wrong with it. */
export function readEntry(item: unknown): AgendaEntry | string {
  const result = z.safeParse(entryShape, item);
  if (!result.success) return toFault(result.error);
  return { key: result.data[key].S, at: new Date(Number(result.data[agendaAt].N)) };
}

function toFault({ issues: [issue] }: z.core.$ZodError): string {
  return `${issue?.path[0]?.toString() ?? 'the item'} is missing or of another type`;
}
