import { LedgerError } from '../errors.ts';
import type { Table } from '../ledger/table.ts';
import { parseRequest, type RequestId, toRequestKey, toRequestRow } from './request-row.ts';
import type { StoredRequest } from './stored-request.ts';

/** A request with the revision of its row. */
export interface KnownRequest {
  readonly request: StoredRequest;
  readonly revision: number;
}

/** The request rows of the ledger. Every method rejects with a `LedgerError`. */
export interface StoredRequests {
  /** Reads one request. @returns `undefined` if there is none */
  read(entry: string, key: string, attempt: number): Promise<KnownRequest | undefined>;
  /** Reads the request of a row key. @returns `undefined` if there is no such row */
  readByKey(rowKey: string): Promise<KnownRequest | undefined>;
  /**
   * Writes a request over the revision that was read.
   *
   * @param seen `undefined` for a new request
   * @returns the stored request, or `undefined` if another function was faster
   */
  write(request: StoredRequest, seen: number | undefined): Promise<KnownRequest | undefined>;
  /**
   * Applies a change, and reads again after a lost race. It writes nothing if the change returns the
   * same object.
   *
   * @throws {LedgerError} after too many lost races, or if the row is gone
   */
  change(
    known: KnownRequest,
    change: (request: StoredRequest) => StoredRequest,
  ): Promise<KnownRequest>;
}

/** Maximum lost races in a row. A request has few writers; more is a fault. */
const maxRaces = 10;

/** Creates the access to request rows. */
export function createStoredRequests({
  table,
  now,
}: {
  readonly table: Table;
  readonly now: () => Date;
}): StoredRequests {
  return { read, readByKey, write, change };

  async function readByKey(rowKey: string): Promise<KnownRequest | undefined> {
    const row = await table.get(rowKey);
    return row && { request: parseRequest(row), revision: row.revision };
  }

  async function read(entry: string, key: string, attempt: number) {
    return readById({ entry, key, attempt });
  }

  async function readById(id: RequestId): Promise<KnownRequest | undefined> {
    return readByKey(toRequestKey(id));
  }

  async function write(
    request: StoredRequest,
    seen: number | undefined,
  ): Promise<KnownRequest | undefined> {
    const revision = await table.put(toRequestRow(request, now().getTime()), seen);
    return revision === undefined ? undefined : { request, revision };
  }

  async function change(
    start: KnownRequest,
    apply: (request: StoredRequest) => StoredRequest,
  ): Promise<KnownRequest> {
    let known: KnownRequest | undefined = start;
    for (let races = 0; races < maxRaces && known !== undefined; races += 1) {
      const changed = apply(known.request);
      if (changed === known.request) return known;
      const written = await write(changed, known.revision);
      if (written !== undefined) return written;
      known = await readById(known.request);
    }
    throw new LedgerError({
      doing: `write ${toRequestKey(start.request)}`,
      reason: known === undefined ? 'the row is gone' : `${maxRaces} races lost in a row`,
    });
  }
}
