import { SFNClient } from '@aws-sdk/client-sfn';
import type { WaitResult } from '../../cli/agent/wait/wait-for-run.ts';
import { createStartExecution } from '../../lambda/aws/start-execution.ts';
import { createDescribeExecution } from '../../lambda/aws/step-functions.ts';
import type { Autosys } from '../../lambda/delivery/autosys.ts';
import { createStopCalls } from '../../lambda/functions/compose-launch-checks.ts';
import { createReport } from '../../lambda/report/report.ts';
import { createRouteIndex } from '../../lambda/routing/routes.ts';
import { toTargetRoutes } from '../../lambda/routing/target-routes.ts';
import { Bus } from '../../local/bus.ts';
import { seededRandom } from '../../local/random.ts';
import { LocalWorkloads } from '../../local/workloads.ts';
import { aLaunchRig } from '../../test/lambda/launch/rig.ts';
import { bindDeps } from '../bridge.ts';
import { EventClock } from './event-clock.ts';
import { createWaitingCommands } from './waiting-commands.ts';

/** What one run of 30 minutes takes, from the start of its command to its end. */
export interface OneRunCounts {
  /** By operation, such as `StartExecution`. */
  readonly awsCalls: Readonly<Record<string, number>>;
  readonly apiRequests: number;
}

const runMs = 30 * 60_000;
const location = { account: '111122223333', region: 'eu-west-1' };

/**
 * Counts the calls of one run: the command and its pace, the launch function, Step Functions over
 * its real protocol, its events, and the report function.
 */
export async function countOneRun(canHold: boolean): Promise<OneRunCounts> {
  await using stack = new AsyncDisposableStack();
  const clock = new EventClock(Date.parse('2026-11-30T01:00:00Z'));
  const workloads = stack.use(await LocalWorkloads.start({ ...location, clock }));
  const steps = [{ kind: 'wait' as const, state: 'Work', for: runMs }];
  workloads.define({ stateMachine: 'settle', runs: { steps } });
  const settings = {
    ...{ endpoint: workloads.url, region: location.region, maxAttempts: 1 },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  const sfn = stack.adopt(new SFNClient(settings), (client) => client.destroy());
  const startExecution = createStartExecution(sfn);
  const random = seededRandom(17);
  const rig = aLaunchRig({
    ...{ clock: clock.now, random, sleep: clock.sleep },
    aws: {
      startExecution: (start, signal) => clock.during(startExecution(start, signal)),
      describeExecution: createDescribeExecution(() => settings),
      stopCalls: createStopCalls(),
    },
  });
  const now = () => new Date(clock.now());
  const report = createReport({
    ...bindDeps({
      ...{ table: rig.table, now, sleep: clock.sleep },
      // The run of a target sends nothing to AutoSys, so it is never used.
      autosys: {} as Autosys,
    }),
    routes: createRouteIndex(toTargetRoutes(rig.targets)),
  });
  const { signal } = new AbortController();
  workloads.emitTo(
    new Bus({
      ...{ ...location, clock },
      onPut: (event) => {
        void clock.during(report({ messageId: event.id, body: JSON.stringify(event) }, signal));
      },
    }),
  );
  const commands = createWaitingCommands({ clock, random, rig, canHold });
  let result: WaitResult | undefined;
  commands.wait(0, 1).then(
    (found) => {
      result = found;
    },
    () => undefined,
  );
  await clock.runUntil(clock.now() + runMs + 60_000);
  if (result?.end.code !== 0) {
    throw new Error(`the command: expected exit code 0, found ${JSON.stringify(result?.end)}`);
  }
  return { awsCalls: workloads.calls, apiRequests: commands.requests.length };
}
