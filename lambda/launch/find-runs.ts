import { parseRun, toRunKey } from '../ledger/run-row.ts';
import type { SearchableTable } from '../ledger/table.ts';
import type { LaunchCaller } from '../routing/targets.ts';
import { apiVersion, type FindAnswer } from './api.ts';
import { toInvalidInput } from './api-error.ts';
import { parseLaunch, toLaunchTarget } from './launch-row.ts';
import type { LaunchedRuns } from './launched-runs.ts';
import type { Launches, StoredLaunch } from './launches.ts';
import { isNameOf, mayActFor, maySee } from './read-launch.ts';
import { decodeRunName, type JobTry, maxStarts } from './run-name.ts';
import type { createAnswerLaunch } from './run-status.ts';

export interface FindRunsDeps {
  readonly table: SearchableTable;
  readonly launches: Launches;
  readonly runs: LaunchedRuns;
  readonly instances: readonly string[];
  readonly answerLaunch: ReturnType<typeof createAnswerLaunch>;
}

/** Query of `GET /v1/runs`. */
export interface FindRequest {
  readonly job?: string;
  readonly instance?: string;
  readonly run?: string;
  readonly try?: string;
  readonly key?: string;
  readonly name?: string;
  readonly arn?: string;
  readonly id?: string;
}

/** Maximum runs of an answer. */
const maxFound = 20;

/** Creates the search for runs, by the side of AutoSys or of AWS. */
export function createFindRuns(deps: FindRunsDeps) {
  /** @throws {ApiError} 400 @throws {LedgerError} */
  return async function findRuns(request: FindRequest, caller: LaunchCaller): Promise<FindAnswer> {
    const { job, key, name, arn, id } = request;
    if (job !== undefined) return findByJob(deps, { ...request, job }, caller);
    if (key !== undefined) return findByTarget(deps, toLaunchTarget({ key }), request, caller);
    if (name !== undefined) return findByName(deps, name, caller);
    if (arn !== undefined) return findByName(deps, arn.split(':')[7] ?? '', caller);
    if (id !== undefined) {
      const found = await readBatchJobName(deps, id);
      // The id alone must not show the job of another caller, which the name would say.
      return findByName(deps, isNameOf(found, caller) ? found : '', caller);
    }
    throw toInvalidInput([{ path: 'query', message: 'give job, key, name, arn or id' }]);
  };
}

/** Name of a Batch job, from its run row; empty if the ledger does not know it. */
async function readBatchJobName({ table }: FindRunsDeps, id: string): Promise<string> {
  const row = await table.get(toRunKey({ run: id, beganMs: 0 }));
  return row === undefined ? '' : parseRun(row).name;
}

async function findByJob(
  deps: FindRunsDeps,
  request: FindRequest & { readonly job: string },
  caller: LaunchCaller,
): Promise<FindAnswer> {
  const { job, run, try: number } = request;
  const instance = toInstance(request, deps);
  // Without a look-up, so that its time shows nothing about jobs of others.
  if (!mayActFor(job, caller)) return toFindAnswer(deps, [], caller);
  const isOneTry = /^\d{1,10}$/.test(run ?? '') && /^\d{1,10}$/.test(number ?? '');
  if (!isOneTry) return findByTarget(deps, toLaunchTarget({ instance, job }), request, caller);
  const identity = {
    kind: 'jobTry',
    instance,
    job,
    run: Number(run),
    try: Number(number),
  } as const;
  return toFindAnswer(deps, await readStarts(deps, identity), caller);
}

function toInstance(
  { instance }: FindRequest,
  { instances }: Pick<FindRunsDeps, 'instances'>,
): string {
  const [only] = instances;
  const chosen = instance ?? (instances.length === 1 ? only : undefined);
  if (chosen !== undefined) return chosen;
  const message = `is missing; allowed: ${instances.join(', ')}`;
  throw toInvalidInput([{ path: 'instance', message }]);
}

/** Every start of one try, the newest first. The index of the job has the newest launches only. */
async function readStarts(
  { launches }: FindRunsDeps,
  identity: JobTry,
): Promise<readonly StoredLaunch[]> {
  const found: StoredLaunch[] = [];
  for (let start = 1; start <= maxStarts; start += 1) {
    const stored = await launches.read({ identity, start });
    if (stored === undefined) break;
    found.unshift(stored);
  }
  return found;
}

async function findByTarget(
  deps: FindRunsDeps,
  target: string,
  { run, try: number }: FindRequest,
  caller: LaunchCaller,
): Promise<FindAnswer> {
  const { entries } = await deps.table.ofTarget(target, { limit: 100 });
  const rows = await Promise.all(entries.map(({ key }) => deps.table.get(key)));
  const found = rows.flatMap((row) =>
    row === undefined ? [] : [{ launch: parseLaunch(row), revision: row.revision }],
  );
  const wanted = found.filter(({ launch: { identity } }) => {
    if (identity.kind === 'key') return true;
    return (
      (run === undefined || String(identity.run) === run) &&
      (number === undefined || String(identity.try) === number)
    );
  });
  return toFindAnswer(deps, wanted, caller);
}

async function findByName(
  deps: FindRunsDeps,
  name: string,
  caller: LaunchCaller,
): Promise<FindAnswer> {
  const stored = await deps.launches.readByName(name);
  const answer = await toFindAnswer(deps, await readContinuations(deps, stored), caller);
  const decoded = decodeRunName(name);
  if (decoded.kind !== 'whole' || decoded.identity.kind !== 'jobTry') return answer;
  const { instance, job, run, try: number } = decoded.identity;
  return {
    ...answer,
    by: answer.runs.length > 0 ? 'ledger' : 'name',
    decoded: { instance, job, run, try: number },
  };
}

/** A launch, after those that continue its execution: the newest first. */
async function readContinuations(
  { launches }: FindRunsDeps,
  first: StoredLaunch | undefined,
): Promise<readonly StoredLaunch[]> {
  const found: StoredLaunch[] = [];
  for (let at = first; at !== undefined && found.length < maxFound; ) {
    found.unshift(at);
    const next = at.launch.continuedBy && (await launches.readByKey(at.launch.continuedBy.launch));
    const isBound = next !== undefined && next.launch.aws?.id === at.launch.aws?.id;
    at = isBound ? next : undefined;
  }
  return found;
}

async function toFindAnswer(
  { runs, answerLaunch }: FindRunsDeps,
  found: readonly StoredLaunch[],
  caller: LaunchCaller,
): Promise<FindAnswer> {
  const shown = found.filter((stored) => maySee(stored, caller)).slice(0, maxFound);
  const answers = await Promise.all(
    shown.map(async ({ launch }) => answerLaunch(launch, await runs.read(launch))),
  );
  return { version: apiVersion, by: 'ledger', runs: answers };
}
