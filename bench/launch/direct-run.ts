import { waitForRun } from '../../cli/agent/wait/wait-for-run.ts';
import { createDirectCalls } from '../../cli/direct/aws-calls.ts';
import { createDirectClient } from '../../cli/direct/direct-client.ts';
import { seededRandom } from '../../local/random.ts';
import { LocalWorkloads } from '../../local/workloads.ts';
import { aTarget } from '../../test/lambda/launch/rig.ts';
import { EventClock } from './event-clock.ts';

const runMs = 30 * 60_000;
const home = { account: '111122223333', region: 'eu-west-1' };

/**
 * Counts the AWS calls of one run of 30 minutes in direct mode: the command with its pace and the
 * real SDK client, against Step Functions over its protocol on a virtual clock.
 *
 * @returns the calls of Step Functions, and the one GetCallerIdentity of each command
 */
export async function countDirectRun(): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const clock = new EventClock(Date.parse('2026-11-30T01:00:00Z'));
  const workloads = stack.use(await LocalWorkloads.start({ ...home, clock }));
  const steps = [{ kind: 'wait' as const, state: 'Work', for: runMs }];
  workloads.define({ stateMachine: 'settle', runs: { steps } });
  const now = () => new Date(clock.now());
  const random = seededRandom(17);
  const settings = {
    ...{ endpoint: workloads.url, region: home.region, maxAttempts: 1 },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  const target = aTarget();
  const caller = { name: 'direct mode', secret: '', targets: [target.name], jobs: ['*'] };
  const client = createDirectClient({
    ...{ home, now, random, targetName: target.name },
    calls: createDirectCalls(settings, now),
    readRules: () => ({ targets: [target], callers: [caller], instances: ['ACE'] }),
  });
  stack.defer(() => client.close());
  const { start, poll } = client;
  const waiting = waitForRun(
    {
      ...{ kind: 'start', name: undefined, target: target.name, isDetached: false },
      ...{ timeout: undefined, reason: '', isDirect: true, describeResume: (name) => name },
    },
    {
      ...{ clock, random, find: {}, print: () => undefined },
      api: {
        ...client,
        start: (...given) => clock.during(start(...given)),
        poll: (...given) => clock.during(poll(...given)),
      },
      start: {
        request: {
          ...{ target: target.name, instance: 'ACE', job: 'NIGHT_EOD', run: 1, try: 1 },
          ...{ params: { date: '2026-11-30' }, launchId: 'one' },
        },
        input: undefined,
      },
      onKill: () => ({ [Symbol.dispose]: () => undefined }),
    },
  );
  await clock.runUntil(clock.now() + runMs + 60_000);
  const { end } = await waiting;
  if (end.code !== 0) {
    throw new Error(`the command: expected exit code 0, found ${JSON.stringify(end)}`);
  }
  return Object.values(workloads.calls).reduce((sum, count) => sum + count, 1);
}
