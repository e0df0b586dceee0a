import * as z from 'zod/mini';
import { ledgerTable } from '../../contract.ts';
import type { Row, StoredRow } from '../table.ts';
import type { IndexEntry } from './page-token.ts';

/** An attribute as DynamoDB's protocol writes it: a text, or a number as text. */
type Attribute = { readonly S: string } | { readonly N: string };

const { key, revision, agenda, agendaAt, target, changedAt, expiresAt, body } =
  ledgerTable.attributes;

/** An index of the table, and the attributes it goes by: a text, and an instant in milliseconds. */
export interface ItemIndex {
  readonly indexName: string;
  readonly by: string;
  readonly at: string;
}

export const agendaIndex: ItemIndex = {
  indexName: ledgerTable.agendaIndex,
  by: agenda,
  at: agendaAt,
};

export const targetIndex: ItemIndex = {
  indexName: ledgerTable.targetIndex,
  by: target,
  at: changedAt,
};

const text = z.object({ S: z.string() });
const whole = z.object({ N: z.string().check(z.regex(/^\d+$/)) });
const entryShape = z.looseObject({ [key]: text });
const rowShape = z.object({
  [key]: text,
  [revision]: whole,
  [expiresAt]: z.optional(whole),
  [body]: text,
  [agenda]: z.optional(text),
  [agendaAt]: z.optional(whole),
  [target]: z.optional(text),
  [changedAt]: z.optional(whole),
});

/** An instant in the whole seconds of DynamoDB's time to live, rounded up: a row never goes before its time. */
function toSeconds(instant: Date): number {
  return Math.ceil(instant.getTime() / 1000);
}

/** A number as an attribute. */
export function toNumber(value: number): { N: string } {
  return { N: String(value) };
}

/** A row as an item; one without an appointment or a target has neither attribute of that index, and is not in it. */
export function toItem(row: Row, itsRevision: number): Record<string, Attribute> {
  return {
    [key]: { S: row.key },
    [revision]: toNumber(itsRevision),
    ...(row.expiresAt && { [expiresAt]: toNumber(toSeconds(row.expiresAt)) }),
    [body]: { S: JSON.stringify(row.body) },
    ...(row.agenda && toPlace(agendaIndex, row.agenda.list, row.agenda.at)),
    ...(row.target && toPlace(targetIndex, row.target.name, row.target.changedAt)),
  };
}

/** Where a page of an index begins, as DynamoDB asks for it: the keys of index and table. */
export function toStartKey(
  index: ItemIndex,
  by: string,
  entry: IndexEntry,
): Record<string, Attribute> {
  return { [key]: { S: entry.key }, ...toPlace(index, by, entry.at) };
}

function toPlace(index: ItemIndex, by: string, at: Date) {
  return { [index.by]: { S: by }, [index.at]: toNumber(at.getTime()) };
}

/** Reads an item as a row, or says in words what is wrong with it, never quoting it. */
export function readItem(item: unknown): StoredRow | string {
  const result = z.safeParse(rowShape, item);
  if (!result.success) return toFault(result.error);
  const { data } = result;
  const list = data[agenda]?.S;
  const at = data[agendaAt];
  const name = data[target]?.S;
  const changed = data[changedAt];
  const expires = data[expiresAt];
  if ((list === undefined) !== (at === undefined))
    return `one of ${agenda}, ${agendaAt} is missing`;
  if ((name === undefined) !== (changed === undefined))
    return `one of ${target}, ${changedAt} is missing`;
  try {
    return {
      key: data[key].S,
      revision: Number(data[revision].N),
      ...(expires && { expiresAt: new Date(Number(expires.N) * 1000) }),
      body: JSON.parse(data[body].S),
      ...(list !== undefined && at && { agenda: { list, at: toInstant(at) } }),
      ...(name !== undefined && changed && { target: { name, changedAt: toInstant(changed) } }),
    };
  } catch {
    return `${body} is not JSON`;
  }
}

/** Reads an item of an index, or says what is wrong with it. */
export function readEntry(index: ItemIndex, item: unknown): IndexEntry | string {
  const result = z.safeParse(entryShape, item);
  if (!result.success) return toFault(result.error);
  const at = z.safeParse(whole, result.data[index.at]);
  if (!at.success) return `${index.at} is missing or of another type`;
  return { key: result.data[key].S, at: toInstant(at.data) };
}

function toInstant({ N }: { readonly N: string }): Date {
  return new Date(Number(N));
}

function toFault({ issues: [issue] }: z.core.$ZodError): string {
  return `${issue?.path[0]?.toString() ?? 'the item'} is missing or of another type`;
}
