import {
  type AutosysInstance,
  parseAutosysInstance,
  parseGlobalName,
  parseJobName,
} from '../../../autosys/names.ts';
import { describeTonight } from '../../../cli/tonight/describe-tonight.ts';
import { createReadScreen, type ReadScreenOptions } from '../../../cli/tonight/open-screen.ts';
import type { TonightFacts } from '../../../cli/tonight/tonight-facts.ts';
import type { GroupRecord } from '../../../lambda/groups/group-row.ts';
import type { Launch } from '../../../lambda/launch/launch.ts';
import { admit, type EffectRequest } from '../../../lambda/ledger/admit.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import {
  changeInstanceNames,
  withFile,
  withGroups,
  withTimezones,
} from '../../../lambda/ledger/instance-names.ts';
import type { Run } from '../../../lambda/ledger/run.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import type { Row, SearchableTable } from '../../../lambda/ledger/table.ts';
import type { StoredRequest } from '../../../lambda/request/stored-request.ts';
import { aContext, aStateRequest } from '../../lambda/ledger/requests.ts';

export const ace = parseAutosysInstance('ACE');
export const dr1 = parseAutosysInstance('DR1');

/** 03:13 in Zurich. */
export const nowMs = Date.parse('2026-11-20T02:13:00Z');

/** An instant in the night, in UTC. */
export const at = (time: string) => Date.parse(`2026-11-20T${time}Z`);

const timezones = { ACE: 'Europe/Zurich', DR1: 'Europe/Zurich' };

/** A ledger of two instances and the group `risk`, as the sweep has recorded them. */
export async function aTonightLedger(names: readonly AutosysInstance[] = [ace, dr1]) {
  const now = () => new Date(nowMs);
  const table = createMemoryTable({ now });
  await changeInstanceNames({ table, now }, (known) =>
    withGroups(withTimezones(withFile(known, names), timezones), { risk: ['ACE'] }),
  );
  return { table, store: (row: Row) => table.put(row, undefined) };
}

/** The facts of the screen, and its lines without colours. */
export async function readFacts(
  table: SearchableTable,
  over: Partial<ReadScreenOptions> = {},
): Promise<{ readonly facts: TonightFacts; readonly text: string }> {
  const clock = { now: () => new Date(nowMs), setTimer: () => ({ [Symbol.dispose]: () => {} }) };
  const read = createReadScreen({ table, clock, limit: 10, utc: false, ...over });
  const { facts, toTimeFormat } = await read();
  const lines = describeTonight(facts, { paint: (_, text) => text, toTimeFormat });
  return { facts, text: lines.join('\n') };
}

/** An entry that is due, seen at the given time, for a variable of its own. */
export function aDueEntry(name: string, seenMs: number, over: Partial<Entry> = {}): Entry {
  const request = aStateRequest({ status: 'SUCCEEDED' });
  const named: EffectRequest = {
    ...request,
    event: { ...request.event, globalVariable: parseGlobalName(name) } as EffectRequest['event'],
    cause: { ...request.cause, seenMs },
  };
  const result = admit(undefined, named, aContext({ nowMs: seenMs, leaseMs: 1 }));
  if (result.kind !== 'take') throw new Error(result.kind);
  const { lease: _, ...entry } = result.entry;
  return { ...entry, stage: 'due', dueMs: nowMs, ...over };
}

/** A run that began and last changed at the given times. */
export function aRun(name: string, beganMs: number, over: Partial<Run> = {}): Run {
  return {
    format: 1,
    kind: 'run',
    workload: 'execution',
    account: '111122223333',
    region: 'eu-west-1',
    name,
    called: `settlement execution ${name}`,
    version: { beganMs, changedMs: beganMs, run: name, attempt: 0, status: 'RUNNING' },
    routes: ['settlement'],
    instances: [ace],
    entries: [],
    askMs: at('02:30:00'),
    asks: 0,
    history: [],
    ...over,
  };
}

/** A run of the same kind that has ended. */
export function anEndedRun(
  run: Run,
  [beganMs, changedMs]: readonly [number, number],
  status: 'SUCCEEDED' | 'FAILED' = 'SUCCEEDED',
): Run {
  const { askMs: _, ...rest } = run;
  const id = `${run.version.run}-${beganMs}`;
  return { ...rest, version: { beganMs, changedMs, run: id, attempt: 0, status } };
}

/** A launch by run 7 of the job `PAY_EOD`. */
export function aLaunch(over: Partial<Launch> = {}): Launch {
  return {
    format: 1,
    kind: 'launch',
    identity: { kind: 'jobTry', instance: ace, job: 'PAY_EOD', run: 7, try: 1 },
    start: 1,
    name: 'PAY_EOD-r7t1-ACE',
    target: 'pay',
    workload: 'execution',
    caller: 'ACE',
    launchId: 'l',
    inputDigest: 'd',
    requestedMs: at('02:10:00'),
    stage: 'intended',
    history: [],
    ...over,
  };
}

/** A request that waits for the end of the job `LOAD`. */
export function aJobRequest(over: Partial<StoredRequest> = {}): StoredRequest {
  return {
    format: 1,
    kind: 'request',
    entry: 'rates',
    key: 'k',
    attempt: 0,
    instance: ace,
    action: 'runJob',
    digest: 'd',
    subject: 'job LOAD',
    receivedMs: at('02:00:00'),
    stage: 'open',
    wait: {
      job: parseJobName('LOAD'),
      start: 'FORCE_STARTJOB',
      run: { run: 17, try: 1 },
      untilMs: at('03:00:00'),
      onAbort: 'leave',
      nextMs: at('02:14:00'),
    },
    history: [],
    ...over,
  };
}

/** The group `risk` on a day that began at 18:00. */
export function aGroupDay(over: Partial<GroupRecord> = {}): GroupRecord {
  const version = { beganMs: 1, changedMs: 1, run: 'r', attempt: 0 };
  return {
    format: 1,
    kind: 'group',
    name: 'risk',
    day: '2026-11-19',
    beganMs: Date.parse('2026-11-19T17:00:00Z'),
    status: 'RUNNING',
    expect: 3,
    need: 3,
    listed: ['state machine risk-a', 'state machine risk-b', 'state machine risk-c'],
    members: [
      {
        name: '111122223333 state machine risk-a',
        version: { ...version, status: 'SUCCEEDED' },
        succeededMs: 1,
      },
      { name: '111122223333 state machine risk-b', version: { ...version, status: 'FAILED' } },
    ],
    changes: [],
    ...over,
  };
}
