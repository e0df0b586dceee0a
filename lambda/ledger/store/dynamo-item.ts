import * as z from 'zod/mini';
import { ledgerTable } from '../../contract.ts';
import type { Row, StoredRow } from '../table.ts';
import type { IndexEntry } from './page-token.ts';

/** An attribute in the protocol of DynamoDB: a text, or a number as text. */
type Attribute = { readonly S: string } | { readonly N: string };

const { key, revision, agenda, agendaAt, target, changedAt, hour, expiresAt, body } =
  ledgerTable.attributes;

/** An index of the table and its key attributes. */
export interface ItemIndex {
  readonly indexName: string;
  /** Partition key attribute: a text. */
  readonly by: string;
  /** Sort key attribute: an instant in milliseconds. */
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
  [hour]: z.optional(text),
});

/**
 * An instant in whole seconds for DynamoDB's time to live. Rounded up, so no row expires too early.
 */
function toSeconds(instant: Date): number {
  return Math.ceil(instant.getTime() / 1000);
}

/** A number as an attribute. */
export function toNumber(value: number): { N: string } {
  return { N: String(value) };
}

/**
 * A row as an item. A row without an agenda entry, target or hour lacks the attributes of that
 * index, so the index does not contain it.
 */
export function toItem(row: Row, newRevision: number): Record<string, Attribute> {
  return {
    [key]: { S: row.key },
    [revision]: toNumber(newRevision),
    ...(row.expiresAt && { [expiresAt]: toNumber(toSeconds(row.expiresAt)) }),
    [body]: { S: JSON.stringify(row.body) },
    ...(row.agenda && toIndexAttributes(agendaIndex, row.agenda.list, row.agenda.at)),
    ...(row.target && toIndexAttributes(targetIndex, row.target.name, row.target.changedAt)),
    ...(row.hour !== undefined && { [hour]: { S: row.hour } }),
  };
}

/** ExclusiveStartKey of a query: the keys of index and table. */
export function toStartKey(
  index: ItemIndex,
  by: string,
  entry: IndexEntry,
): Record<string, Attribute> {
  return { [key]: { S: entry.key }, ...toIndexAttributes(index, by, entry.at) };
}

function toIndexAttributes(index: ItemIndex, by: string, at: Date) {
  return { [index.by]: { S: by }, [index.at]: toNumber(at.getTime()) };
}

/** Reads an item as a row. Returns a text about the fault if it is invalid, without its values. */
export function readItem(item: unknown): StoredRow | string {
  const result = z.safeParse(rowShape, item);
  if (!result.success) return toFault(result.error);
  const { data } = result;
  const list = data[agenda]?.S;
  const at = data[agendaAt];
  const name = data[target]?.S;
  const changed = data[changedAt];
  const ofHour = data[hour]?.S;
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
      ...(ofHour !== undefined && { hour: ofHour }),
    };
  } catch {
    return `${body} is not JSON`;
  }
}

/** Reads an item of an index. Returns a text about the fault if it is invalid. */
export function readEntry(index: ItemIndex, item: unknown): IndexEntry | string {
  const result = z.safeParse(entryShape, item);
  if (!result.success) return toFault(result.error);
  const at = z.safeParse(whole, result.data[index.at]);
  if (!at.success) return `${index.at} is missing or of another type`;
  return { key: result.data[key].S, at: toInstant(at.data) };
}

/** Row key in an item of an index. `undefined` if the item is invalid. */
export function readKey(item: unknown): string | undefined {
  const result = z.safeParse(entryShape, item);
  return result.success ? result.data[key].S : undefined;
}

function toInstant({ N }: { readonly N: string }): Date {
  return new Date(Number(N));
}

function toFault({ issues: [issue] }: z.core.$ZodError): string {
  return `${issue?.path[0]?.toString() ?? 'the item'} is missing or of another type`;
}
