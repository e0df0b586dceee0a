import type { Context } from 'aws-lambda';
import { createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import { createBareRequests } from '../handler/bare-request.ts';
import { createUnitCount, type LedgerTrip } from '../launch/counted-table.ts';
import type { MeasuredEndpoints, MeasurementOptions } from '../measured-process.ts';
import { measureAlternately } from '../rounds.ts';
import { createTripRecorder } from './record-trips.ts';
import { SentRequests } from './sent-requests.ts';
import { createTripRepeater } from './trip-repeater.ts';
import { type WarmCounts, type WarmRequests, warmEntry } from './warm-request.ts';

// The measured process: the request function as Lambda loads it, and what it is compared with. Started
// by `index.ts`; ends with it.

const { autosys, tableName }: MeasuredEndpoints = JSON.parse(process.argv[2] ?? '');
const recorder = createTripRecorder();
const { handler } = await import('../../lambda/functions/request.ts');
const bare = createBareRequests(autosys);
const repeatTrips = createTripRepeater(createDynamoTable({ tableName, now: () => new Date() }));
const sent = new SentRequests<'measured'>(autosys.url);
const { name, job, global } = warmEntry;
const context = {
  functionName: 'measured',
  invokedFunctionArn: `arn:aws:lambda:eu-west-1:111122223333:function:measured:${name}`,
  getRemainingTimeInMillis: () => 60_000,
} as Context;
let values = 0;

/** A request that was not made before. */
const requests = {
  jobStatus: () => ({ action: 'jobStatus', job }),
  setGlobal: () => {
    const value = nextValue();
    return { action: 'setGlobal', global, value, context: toContext(values) };
  },
} as const;
type Action = keyof typeof requests;

let trips: Readonly<Record<Action, readonly LedgerTrip[]>> = { jobStatus: [], setGlobal: [] };
let isWarm = false;

const variants = {
  jobStatus: () => ask('jobStatus'),
  bareStatus: () => time(() => bare.readJob(job)),
  statusTrips: () => timeTrips('jobStatus'),
  setGlobal: () => ask('setGlobal'),
  barePair: () => time(setAndList),
  bareThree: () =>
    time(async () => {
      await bare.list(global);
      await bare.setOverNew(global, nextValue());
      await bare.list(global);
    }),
  setTrips: () => timeTrips('setGlobal'),
};

process.on('disconnect', () => process.exit());
process.on(
  'message',
  (options: MeasurementOptions) => void measure(options).then((found) => process.send?.(found)),
);

/** Invocations before the first measurement, so that the function knows the rows of its rate. */
const firstInvocations = 200;

/** Invocations whose requests are counted. More would exceed the rate of a row. */
const mostCounted = 20;

async function measure({ rounds }: MeasurementOptions): Promise<WarmRequests> {
  const first = isWarm ? 0 : Math.min(firstInvocations, 20 * rounds);
  for (let at = 0; at < first; at += 1) await ask('jobStatus');
  isWarm = true;
  const ms = await measureAlternately(variants, { rounds, warmUps: Math.min(10, rounds) });
  const perRequest = {
    jobStatus: await count('jobStatus', Math.min(rounds, mostCounted)),
    setGlobal: await count('setGlobal', Math.min(rounds, mostCounted)),
  };
  return { ms, perRequest, setTrips: trips.setGlobal.map(({ of }) => of) };
}

/** Invokes the handler, and records its trips. @returns milliseconds of the invocation */
async function ask(action: Action): Promise<number> {
  let ms = Number.NaN;
  const recorded = await recorder.during(async () => {
    ms = await time(async () => {
      const answer: object = await handler(requests[action](), context);
      const isDone = action === 'jobStatus' ? 'status' in answer : 'confirmed' in answer;
      if (!isDone || ('confirmed' in answer && answer.confirmed !== true)) {
        throw new Error(`${action}: found ${JSON.stringify(answer)}`);
      }
    });
  });
  trips = { ...trips, [action]: recorded };
  return ms;
}

async function count(action: Action, times: number): Promise<WarmCounts> {
  const countUnits = createUnitCount();
  const sums = { autosys: 0, ledger: 0, reads: 0, writes: 0 };
  sent.take('measured');
  for (let at = 0; at < times; at += 1) {
    await sent.during('measured', () => ask(action));
    sums.ledger += trips[action].length;
    for (const trip of trips[action]) {
      const { reads, writes } = countUnits(trip);
      sums.reads += reads;
      sums.writes += writes;
    }
  }
  sums.autosys = sent.take('measured');
  const perRequest = (sum: number) => sum / times;
  return {
    autosys: perRequest(sums.autosys),
    ledger: perRequest(sums.ledger),
    reads: perRequest(sums.reads),
    writes: perRequest(sums.writes),
  };
}

function nextValue(): string {
  values += 1;
  return `VALUE_${values}`;
}

async function setAndList(): Promise<void> {
  await bare.set(global, nextValue());
  await bare.list(global);
}

function timeTrips(action: Action): Promise<number> {
  return time(() => repeatTrips(trips[action]));
}

/** @returns milliseconds */
async function time(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

/** Context object of one execution of a state machine. */
function toContext(at: number) {
  const execution = `arn:aws:states:eu-west-1:111122223333:execution:settlement:run-${at}`;
  const entered = '2026-11-30T01:00:00.000Z';
  return { execution, redrive: 0, state: 'SetDay', entered, retry: 0 };
}
