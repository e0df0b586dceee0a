import { SFNClient } from '@aws-sdk/client-sfn';
import { createStartExecution } from '../../lambda/aws/start-execution.ts';
import { createDescribeExecution } from '../../lambda/aws/step-functions.ts';
import { createStopCalls } from '../../lambda/functions/compose-launch-checks.ts';
import { createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import { LocalWorkloads } from '../../local/workloads.ts';
import { aLaunchRig } from '../../test/lambda/launch/rig.ts';
import { startLedgerTable } from '../../test/support/ledger-table.ts';
import { measureAlternately } from '../rounds.ts';
import { createCountedTable, type LedgerTrip } from './counted-table.ts';
import { repeatTrips } from './repeat-trips.ts';

/** A start through the launch function, compared with its round trips alone. */
export interface WarmStart {
  /** The trips of one start, in order: `get` and `put`. */
  readonly trips: readonly LedgerTrip['of'][];
  /** Milliseconds per start, one value per round. */
  readonly start: readonly number[];
  /** The same trips and one StartExecution with the same clients, in milliseconds. */
  readonly tripsAlone: readonly number[];
}

const location = { account: '111122223333', region: 'eu-west-1' };
const stateMachineArn = `arn:aws:states:${location.region}:${location.account}:stateMachine:settle`;

/** Measures starts with the ledger over the protocol of DynamoDB, and the embedded AWS. */
export async function measureWarmStart(rounds: number): Promise<WarmStart> {
  await using stack = new AsyncDisposableStack();
  const workloads = stack.use(await LocalWorkloads.start(location));
  const steps = [{ kind: 'wait' as const, state: 'Work', for: 3_600_000 }];
  workloads.define({ stateMachine: 'settle', runs: { steps } });
  const embedded = stack.use(await startLedgerTable());
  const { tableName, client } = embedded;
  const settings = {
    ...{ endpoint: workloads.url, region: location.region, maxAttempts: 1 },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  const sfn = stack.adopt(new SFNClient(settings), (one) => one.destroy());
  const startExecution = createStartExecution(sfn);
  const now = () => new Date();
  const table = createDynamoTable({ tableName, now, client });
  let trips: LedgerTrip[] = [];
  const rig = aLaunchRig({
    now,
    wrap: () => createCountedTable(table, (trip) => trips.push(trip)),
    aws: {
      startExecution,
      describeExecution: createDescribeExecution(() => settings),
      stopCalls: createStopCalls(),
    },
  });
  let run = 0;
  let repeated = 0;
  const measured = await measureAlternately(
    {
      start: () => {
        run += 1;
        trips = [];
        return time(async () => {
          const { status } = await rig.start({ run, launchId: `start-${run}` });
          if (status !== 201) throw new Error(`start: expected 201, found ${status}`);
        });
      },
      tripsAlone: () => {
        repeated += 1;
        const [name, recorded] = [`alone-${repeated}`, [...trips]];
        const call = { stateMachineArn, name, input: '{"date":"2026-11-30"}' };
        return time(async () => {
          await repeatTrips(table, recorded, name);
          const { kind } = await startExecution(call, new AbortController().signal);
          if (kind !== 'started')
            throw new Error(`StartExecution: expected started, found ${kind}`);
        });
      },
    },
    { rounds, warmUps: 10 },
  );
  return { trips: trips.map(({ of }) => of), ...measured };
}

async function time(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
