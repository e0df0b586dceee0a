import { BatchClient } from '@aws-sdk/client-batch';
import { SFNClient } from '@aws-sdk/client-sfn';
import { Bus } from '../../../local/bus.ts';
import { ManualLocalClock } from '../../../local/clock.ts';
import type { EventBridgeEvent } from '../../../local/envelope.ts';
import { LocalWorkloads } from '../../../local/workloads.ts';

const account = '111122223333';
const region = 'eu-west-1';

/** ARN of a state machine of the embedded AWS. */
export const stateMachineArn = (name: string) =>
  `arn:aws:states:${region}:${account}:stateMachine:${name}`;

/** ARN of an execution of the embedded AWS. */
export const executionArn = (stateMachine: string, name: string) =>
  `arn:aws:states:${region}:${account}:execution:${stateMachine}:${name}`;

/** ARN of a resource of Batch in the embedded AWS. */
export const batchArn = (resource: string) => `arn:aws:batch:${region}:${account}:${resource}`;

/** The embedded AWS on a clock that the test advances, with clients, and the events on its bus. */
export async function startPlannedAws() {
  const stack = new AsyncDisposableStack();
  const clock = new ManualLocalClock();
  const workloads = stack.use(await LocalWorkloads.start({ account, region, clock }));
  const events: EventBridgeEvent[] = [];
  workloads.emitTo(new Bus({ account, region, clock, onPut: (event) => events.push(event) }));
  const settings = {
    ...{ endpoint: workloads.url, region, maxAttempts: 1 },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  const sfn = stack.adopt(new SFNClient(settings), (client) => client.destroy());
  const batch = stack.adopt(new BatchClient(settings), (client) => client.destroy());
  return {
    ...{ clock, workloads, events, sfn, batch },
    /** Name or job id, and status of each event so far. */
    statuses: () =>
      events.map(({ detail }) => `${detail['name'] ?? detail['jobId']} ${detail['status']}`),
    /** Calls an operation over HTTP, as a client without a model does. */
    async call(target: string, body: unknown) {
      const isBatch = target.startsWith('/');
      const answer = await fetch(`${workloads.url}${isBatch ? target : '/'}`, {
        method: 'POST',
        headers: isBatch ? {} : { 'x-amz-target': target },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return {
        status: answer.status,
        headers: answer.headers,
        body: (await answer.json()) as Record<string, unknown>,
      };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
