import type { JobView } from '../../autosys/views.ts';
import { LedgerError } from '../errors.ts';
import { withHistory } from '../ledger/entry.ts';
import { toKey } from '../ledger/entry-row.ts';
import type { Table } from '../ledger/table.ts';
import { decideStart, toSeenRun } from './decide-start.ts';
import { toStartRequest } from './effect-request.ts';
import { toFailure } from './effect-result.ts';
import { endRequest } from './end-request.ts';
import { createForestallStart } from './forestall-start.ts';
import type { AutosysRead, ReadAutosys } from './read-autosys.ts';
import { RequestError } from './request-error.ts';
import { toRequestKey } from './request-row.ts';
import type { KnownRequest, StoredRequests } from './requests.ts';
import { withRun } from './seen-run.ts';
import type { StoredRequest } from './stored-request.ts';

export interface BeginRunDeps {
  readonly table: Table;
  readonly requests: StoredRequests;
  readonly readAutosys: ReadAutosys;
  readonly now: () => Date;
  /** Longer than a function may run, in milliseconds; see `leaseMs` in policies.ts. */
  readonly leaseMs: number;
}

/** Maximum lost races in a row; few functions work on one request. */
const maxRaces = 10;

/**
 * Creates the first step of a `runJob`: reads the job, and decides whether the start may be sent.
 *
 * The decision is one conditional write: the job as it was before, the run to wait for, or a
 * rejection. So of two functions with one request, one decides and the other follows. After the
 * write, and until the ledger has the start, every function may send it. A decision that is older
 * than a function can live, without a start in the ledger, is of a function that died. It is made
 * anew, because the job may have changed.
 */
export function createBeginRun(deps: BeginRunDeps) {
  const { table, requests, readAutosys, now, leaseMs } = deps;
  const forestallStart = createForestallStart(deps);

  /** @throws {RequestError} `AutoSys.Pending` if the job cannot be read @throws {LedgerError} */
  return async function beginRun(found: KnownRequest, signal: AbortSignal): Promise<KnownRequest> {
    let known: KnownRequest | undefined = found;
    for (let races = 0; races < maxRaces && known !== undefined; races += 1) {
      const { request } = known;
      if (isDecided(request, now().getTime()) || (await isStartKnown(request))) return known;
      const { wait, instance, entry, key, attempt } = request;
      if (wait === undefined) return known;
      const seen = await readAutosys(
        instance,
        (port) => port.readJob(wait.job, { signal }),
        signal,
      );
      // Read after the job: another function may have sent the start meanwhile, and the job may show
      // its run.
      if (await isStartKnown(request)) return known;
      if (seen.kind === 'away') {
        // Another invocation of the request may send its start at this moment.
        const cause = `this attempt sends nothing: ${seen.reason}; send the same request again`;
        throw new RequestError('AutoSys.Pending', cause);
      }
      const decided = decide(request, seen, now().getTime());
      const reason = 'it was decided anew that it is not sent';
      if (!sends(decided) && !(await forestallStart(wait, toStartRequest(request), reason))) {
        return known;
      }
      const written: KnownRequest | undefined = await requests.write(decided, known.revision);
      if (written !== undefined) return written;
      known = await requests.read(entry, key, attempt);
    }
    throw new LedgerError({
      doing: `write ${toRequestKey(found.request)}`,
      reason: known === undefined ? 'the row is gone' : `${maxRaces} races lost in a row`,
    });
  };

  function isDecided({ stage, wait }: StoredRequest, nowMs: number): boolean {
    if (stage === 'ended' || wait?.run !== undefined) return true;
    if (wait?.before === undefined) return false;
    // Without a start, what the job was before stays the measure of the next run.
    if (wait.start === 'current' || wait.start === 'next') return true;
    return nowMs - (wait.before.readMs ?? 0) < leaseMs;
  }

  async function isStartKnown(request: StoredRequest): Promise<boolean> {
    const start = toStartRequest(request);
    return start !== undefined && (await table.get(toKey(start))) !== undefined;
  }
}

/** Whether a decision lets the start be sent. Pure. */
function sends({ stage, wait }: StoredRequest): boolean {
  return stage !== 'ended' && wait?.run === undefined;
}

/** The request with what was decided about its start. Pure. */
function decide(
  request: StoredRequest,
  seen: Exclude<AutosysRead<JobView>, { readonly kind: 'away' }>,
  nowMs: number,
): StoredRequest {
  const { wait } = request;
  if (wait === undefined) return request;
  if (seen.kind !== 'read') {
    return endRequest(request, toFailure('AutoSys.Rejected', seen.reason), nowMs);
  }
  const view = seen.value;
  const decision = decideStart(view, wait);
  switch (decision.kind) {
    case 'reject':
      return endRequest(request, toFailure('AutoSys.Rejected', decision.reason), nowMs);
    case 'watch':
      return withRun(request, { run: toSeenRun(view), view, nowMs });
    case 'begin': {
      const before = { ...toSeenRun(view), status: view.status, readMs: nowMs };
      const text = `job read before the start: ${view.status}`;
      return withHistory<StoredRequest>({ ...request, wait: { ...wait, before } }, nowMs, text);
    }
    default:
      return decision satisfies never;
  }
}
