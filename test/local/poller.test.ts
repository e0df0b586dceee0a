import { describe, expect, test } from 'vitest';
import { ManualLocalClock } from '../../local/clock.ts';
import type { InvocationResult } from '../../local/invocation.ts';
import { type Mapping, Poller, type QueueInvocation } from '../../local/poller.ts';
import { Queue } from '../../local/queue.ts';

const arn = 'arn:aws:sqs:us-east-1:111122223333:reports';

interface Batch {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

type Handler = (batch: Batch) => Promise<InvocationResult> | InvocationResult;

const answered = (answer: unknown): InvocationResult => ({
  kind: 'answered',
  payload: typeof answer === 'string' ? answer : JSON.stringify(answer),
});

function startPoller(handler: Handler, settings: Partial<Mapping> = {}) {
  const clock = new ManualLocalClock();
  const base = { clock, visibilityTimeoutMs: 30_000 };
  const deadLetterQueue = new Queue({ ...base, name: 'dead', arn: `${arn}-dead` });
  const redrive = { deadLetterQueue, maxReceiveCount: 3 };
  const queue = new Queue({ ...base, name: 'reports', arn, redrive });
  const payloads: string[] = [];
  const invocations: QueueInvocation[] = [];
  const target = {
    name: 'report',
    async invoke(payload: string) {
      payloads.push(payload);
      return await handler(JSON.parse(payload));
    },
  };
  const start = () =>
    new Poller(
      {
        queue,
        target,
        clock,
        region: 'us-east-1',
        batchSize: 10,
        batchWindowMs: 0,
        maximumConcurrency: 2,
        reportsBatchItemFailures: true,
        ...settings,
      },
      (invocation) => invocations.push(invocation),
    );
  return { clock, queue, deadLetterQueue, payloads, invocations, start };
}

describe('the poller', () => {
  test('passes records exactly as Lambda does', async () => {
    const { clock, queue, payloads, start } = startPoller(() => answered(null));
    const sentAt = clock.now();
    const messageId = queue.send('{"source":"aws.states"}');
    await clock.advance(20);
    const poller = start();

    await clock.advance(0);
    await poller.stop();

    expect(payloads.map((payload) => JSON.parse(payload))).toEqual([
      {
        Records: [
          {
            messageId,
            receiptHandle: expect.any(String),
            body: '{"source":"aws.states"}',
            attributes: {
              ApproximateReceiveCount: '1',
              SentTimestamp: String(sentAt),
              SenderId: expect.any(String),
              ApproximateFirstReceiveTimestamp: String(sentAt + 20),
            },
            messageAttributes: {},
            md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
            eventSource: 'aws:sqs',
            eventSourceARN: arn,
            awsRegion: 'us-east-1',
          },
        ],
      },
    ]);
  });

  test.for([
    { answer: null },
    { answer: {} },
    { answer: { batchItemFailures: [] } },
    { answer: { batchItemFailures: null } },
  ])('deletes the whole batch on $answer', async ({ answer }) => {
    const { clock, queue, invocations, start } = startPoller(() => answered(answer));
    queue.send('a');
    queue.send('b');
    const poller = start();

    await clock.advance(0);
    await poller.stop();

    expect(queue.messages()).toEqual([]);
    expect(invocations).toMatchObject([{ functionName: 'report', failedMessageIds: [] }]);
  });

  test('keeps only the messages that the response lists', async () => {
    const { clock, queue, start } = startPoller(({ Records }) =>
      answered({
        batchItemFailures: Records.filter(({ body }) => body === 'b').map(({ messageId }) => ({
          itemIdentifier: messageId,
        })),
      }),
    );
    for (const body of 'abc') queue.send(body);
    const poller = start();

    await clock.advance(0);
    await poller.stop();

    expect(queue.messages()).toMatchObject([{ body: 'b', receiveCount: 1 }]);
  });

  test.for([
    { when: 'an identifier is unknown', answer: { batchItemFailures: [{ itemIdentifier: 'x' }] } },
    { when: 'an identifier is empty', answer: { batchItemFailures: [{ itemIdentifier: '' }] } },
    { when: 'an identifier is null', answer: { batchItemFailures: [{ itemIdentifier: null }] } },
    { when: 'the key has another name', answer: { batchItemFailures: [{ messageId: 'x' }] } },
    { when: 'an entry is a text', answer: { batchItemFailures: ['x'] } },
    { when: 'the failures are no list', answer: { batchItemFailures: 'x' } },
    { when: 'the answer is a text', answer: '"done"' },
    { when: 'the answer is a list', answer: [] },
    { when: 'the response is not JSON', answer: 'done' },
  ])('keeps the whole batch when $when', async ({ answer }) => {
    const { clock, queue, invocations, start } = startPoller(() => answered(answer));
    queue.send('a');
    queue.send('b');
    const poller = start();

    await clock.advance(0);
    await poller.stop();

    expect(queue.counts()).toEqual({ visible: 0, inFlight: 2 });
    expect(invocations).toMatchObject([{ reason: expect.any(String) }]);
  });

  test('keeps the whole batch when the function fails', async () => {
    const functionError = { errorType: 'Error', errorMessage: 'boom' };
    const { clock, queue, invocations, start } = startPoller(() => ({
      kind: 'failed',
      functionError,
    }));
    queue.send('a');
    const poller = start();

    await clock.advance(0);
    await poller.stop();

    expect(queue.counts()).toEqual({ visible: 0, inFlight: 1 });
    expect(invocations).toMatchObject([
      { result: { functionError }, failedMessageIds: [expect.any(String)] },
    ]);
  });

  test('deletes on any response when partial responses are off', async () => {
    const answer = { batchItemFailures: [{ itemIdentifier: 'x' }] };
    const { clock, queue, start } = startPoller(() => answered(answer), {
      reportsBatchItemFailures: false,
    });
    queue.send('a');
    const poller = start();

    await clock.advance(0);
    await poller.stop();

    expect(queue.messages()).toEqual([]);
  });

  test('redelivers a failed message after its visibility timeout, then moves it to the dead-letter queue', async () => {
    const { clock, queue, deadLetterQueue, payloads, start } = startPoller(() => answered('no'));
    queue.send('a');
    const poller = start();

    await clock.advance(29_999);
    const first = payloads.length;
    await clock.advance(1);
    const second = payloads.length;
    await clock.advance(120_000);
    await poller.stop();

    expect([first, second, payloads.length]).toEqual([1, 2, 3]);
    expect(queue.messages()).toEqual([]);
    expect(deadLetterQueue.messages()).toMatchObject([{ body: 'a', receiveCount: 3 }]);
  });

  test('makes batches of the configured size', async () => {
    const { clock, queue, payloads, start } = startPoller(() => answered(null), { batchSize: 4 });
    for (const body of 'abcdefghij') queue.send(body);
    const poller = start();

    await clock.advance(0);
    await poller.stop();

    expect(payloads.map((payload) => JSON.parse(payload).Records.length)).toEqual([4, 4, 2]);
  });

  test('fills a batch beyond the limit of one receive call', async () => {
    const { clock, queue, payloads, start } = startPoller(() => answered(null), { batchSize: 25 });
    for (let at = 0; at < 30; at += 1) queue.send(String(at));
    const poller = start();

    await clock.advance(0);
    await poller.stop();

    expect(payloads.map((payload) => JSON.parse(payload).Records.length)).toEqual([25, 5]);
  });

  test('waits for more messages until the window ends', async () => {
    const { clock, queue, payloads, start } = startPoller(() => answered(null), {
      batchWindowMs: 2000,
    });
    const poller = start();
    queue.send('a');
    await clock.advance(1000);
    queue.send('b');
    await clock.advance(999);
    const before = payloads.length;

    await clock.advance(1);
    await poller.stop();

    expect(before).toBe(0);
    expect(payloads.map((payload) => JSON.parse(payload).Records.length)).toEqual([2]);
  });

  test('limits the number of concurrent invocations', async () => {
    const open: (() => void)[] = [];
    const { clock, queue, payloads, start } = startPoller(
      () => new Promise((resolve) => open.push(() => resolve(answered(null)))),
      { batchSize: 1, maximumConcurrency: 2 },
    );
    for (const body of 'abcde') queue.send(body);
    const poller = start();
    await clock.advance(0);
    const atOnce = payloads.length;

    open.shift()?.();
    await clock.advance(0);
    const afterOne = payloads.length;
    const stopping = poller.stop();
    for (const finish of open) finish();
    await stopping;

    expect([atOnce, afterOne]).toEqual([2, 3]);
  });

  test('finishes running invocations when it is stopped, and receives no more messages', async () => {
    const open: (() => void)[] = [];
    const { clock, queue, payloads, start } = startPoller(
      () => new Promise((resolve) => open.push(() => resolve(answered(null)))),
      { batchSize: 1, maximumConcurrency: 1 },
    );
    queue.send('a');
    queue.send('b');
    const poller = start();
    await clock.advance(0);

    const stopping = poller.stop();
    for (const finish of open) finish();
    await stopping;

    expect(payloads).toHaveLength(1);
    expect(queue.messages()).toMatchObject([{ body: 'b' }]);
  });
});
