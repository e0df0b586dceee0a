import { describe, expect, test } from 'vitest';
import { ManualLocalClock } from '../../local/clock.ts';
import type { FaultInjection } from '../../local/fault-injection.ts';
import { Queue } from '../../local/queue.ts';
import { seededRandom } from '../../local/random.ts';

const arn = (name: string) => `arn:aws:sqs:us-east-1:111122223333:${name}`;

function createQueue({
  faultInjection,
  maxReceiveCount,
}: {
  faultInjection?: FaultInjection;
  maxReceiveCount?: number;
} = {}) {
  const clock = new ManualLocalClock();
  const base = { clock, visibilityTimeoutMs: 30_000 };
  const deadLetterQueue = new Queue({ ...base, name: 'dead', arn: arn('dead') });
  const queue = new Queue({
    ...base,
    name: 'reports',
    arn: arn('reports'),
    ...(faultInjection ? { faultInjection } : {}),
    ...(maxReceiveCount === undefined ? {} : { redrive: { deadLetterQueue, maxReceiveCount } }),
  });
  return { clock, queue, deadLetterQueue };
}

describe('a queue', () => {
  test('delivers a message with its id, checksum, instants and count', async () => {
    const { clock, queue } = createQueue();
    const sentAt = clock.now();
    const messageId = queue.send('hello');
    await clock.advance(1500);

    const [message] = await queue.receive(10);

    expect(message).toEqual({
      messageId,
      receiptHandle: expect.any(String),
      body: 'hello',
      md5OfBody: '5d41402abc4b2a76b9719d911017c592',
      sentAt,
      firstReceivedAt: sentAt + 1500,
      receiveCount: 1,
    });
  });

  test('hides a received message until its visibility timeout ends', async () => {
    const { clock, queue } = createQueue();
    queue.send('a');
    await queue.receive(1);

    await clock.advance(29_999);
    const before = await queue.receive(1);
    await clock.advance(1);
    const after = await queue.receive(1);

    expect(before).toEqual([]);
    expect(after).toMatchObject([{ body: 'a', receiveCount: 2 }]);
  });

  test('keeps the first receive time and changes the receipt handle when a message is redelivered', async () => {
    const { clock, queue } = createQueue();
    queue.send('a');
    const [first] = await queue.receive(1);
    await clock.advance(30_000);

    const [second] = await queue.receive(1);

    expect(second?.firstReceivedAt).toBe(first?.firstReceivedAt);
    expect(second?.receiptHandle).not.toBe(first?.receiptHandle);
  });

  test('removes a message that is deleted', async () => {
    const { clock, queue } = createQueue();
    queue.send('a');
    const [message] = await queue.receive(1);

    const deleted = queue.delete(message?.receiptHandle ?? '');
    await clock.advance(60_000);

    expect(deleted).toBe(true);
    expect(queue.messages()).toEqual([]);
  });

  test('deletes by the newest receipt handle after the timeout has ended', async () => {
    const { clock, queue } = createQueue();
    queue.send('a');
    const [message] = await queue.receive(1);
    await clock.advance(31_000);

    const deleted = queue.delete(message?.receiptHandle ?? '');

    expect(deleted).toBe(true);
  });

  test('ignores a receipt handle that is not the newest', async () => {
    const { clock, queue } = createQueue();
    queue.send('a');
    const [first] = await queue.receive(1);
    await clock.advance(30_000);
    await queue.receive(1);

    const deleted = queue.delete(first?.receiptHandle ?? '');

    expect(deleted).toBe(false);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 1 });
  });

  test('shows a message at once when its visibility timeout is set to 0', async () => {
    const { queue } = createQueue();
    queue.send('a');
    const [message] = await queue.receive(1);

    queue.changeVisibility(message?.receiptHandle ?? '', 0);

    expect(queue.counts()).toEqual({ visible: 1, inFlight: 0 });
  });

  test('hides a message for longer when its visibility timeout is increased', async () => {
    const { clock, queue } = createQueue();
    queue.send('a');
    const [message] = await queue.receive(1);

    queue.changeVisibility(message?.receiptHandle ?? '', 50_000);
    await clock.advance(49_999);

    expect(queue.counts()).toEqual({ visible: 0, inFlight: 1 });
  });

  test.for([0, 11, 1.5])('refuses to receive %d messages', (most) => {
    const { queue } = createQueue();

    const receive = () => queue.receive(most);

    expect(receive).toThrow('allowed: 1 to 10');
  });

  test('delivers at most ten messages to one call', async () => {
    const { queue } = createQueue();
    for (let at = 0; at < 12; at += 1) queue.send(String(at));

    const messages = await queue.receive(10);

    expect(messages).toHaveLength(10);
  });
});

describe('waiting for a message', () => {
  test('ends as soon as one is sent', async () => {
    const { queue } = createQueue();
    const waiting = queue.receive(10, 20_000);

    queue.send('a');

    await expect(waiting).resolves.toMatchObject([{ body: 'a' }]);
  });

  test('ends when a hidden one becomes visible', async () => {
    const { clock, queue } = createQueue();
    queue.send('a');
    await queue.receive(1);
    const waiting = queue.receive(1, 40_000);

    await clock.advance(30_000);

    await expect(waiting).resolves.toMatchObject([{ body: 'a', receiveCount: 2 }]);
  });

  test('ends with an empty result after the wait time', async () => {
    const { clock, queue } = createQueue();
    const waiting = queue.receive(1, 20_000);

    await clock.advance(20_000);

    await expect(waiting).resolves.toEqual([]);
  });

  test('ends with an empty result when it is aborted', async () => {
    const { queue } = createQueue();
    const stop = new AbortController();
    const waiting = queue.receive(1, 20_000, stop.signal);

    stop.abort();
    queue.send('a');

    await expect(waiting).resolves.toEqual([]);
    expect(queue.counts()).toEqual({ visible: 1, inFlight: 0 });
  });

  test('delivers one message to one of two waiting calls', async () => {
    const { clock, queue } = createQueue();
    const first = queue.receive(1, 20_000);
    const second = queue.receive(1, 20_000);

    queue.send('a');
    await clock.advance(20_000);

    await expect(first).resolves.toHaveLength(1);
    await expect(second).resolves.toEqual([]);
  });
});

describe('a queue with dead letters', () => {
  test('moves a message that would exceed the receive count', async () => {
    const { clock, queue, deadLetterQueue } = createQueue({ maxReceiveCount: 2 });
    const messageId = queue.send('a');
    const sentAt = clock.now();
    for (let round = 0; round < 2; round += 1) {
      await queue.receive(1);
      await clock.advance(30_000);
    }

    const again = await queue.receive(1);
    const [dead] = await deadLetterQueue.receive(1);

    expect(again).toEqual([]);
    expect(queue.messages()).toEqual([]);
    expect(dead).toMatchObject({
      messageId,
      body: 'a',
      sentAt,
      deadLetterQueueSourceArn: arn('reports'),
    });
  });

  test('keeps a message with an exhausted receive count until the next receive call', async () => {
    const { clock, queue, deadLetterQueue } = createQueue({ maxReceiveCount: 1 });
    queue.send('a');
    await queue.receive(1);

    await clock.advance(30_000);

    expect(queue.counts()).toEqual({ visible: 1, inFlight: 0 });
    expect(deadLetterQueue.messages()).toEqual([]);
  });

  test('redelivers a message without limit if it has no dead-letter queue', async () => {
    const { clock, queue } = createQueue();
    queue.send('a');
    for (let round = 0; round < 50; round += 1) {
      await queue.receive(1);
      await clock.advance(30_000);
    }

    const [message] = await queue.receive(1);

    expect(message?.receiveCount).toBe(51);
  });
});

describe('a queue with fault injection', () => {
  test('delivers a message twice under one id', async () => {
    const faultInjection = { random: seededRandom(1), duplicate: 1, shuffle: false };
    const { queue } = createQueue({ faultInjection });
    const messageId = queue.send('a');

    const messages = await queue.receive(10);

    expect(messages.map((message) => message.messageId)).toEqual([messageId, messageId]);
  });

  test('shuffles, with the same order for the same seed', async () => {
    const order = async () => {
      const faultInjection = { random: seededRandom(7), duplicate: 0, shuffle: true };
      const { queue } = createQueue({ faultInjection });
      for (const body of 'abcdefgh') queue.send(body);
      return (await queue.receive(10)).map(({ body }) => body).join('');
    };

    const first = await order();
    const second = await order();

    expect(second).toBe(first);
    expect(first).not.toBe('abcdefgh');
    expect([...first].sort().join('')).toBe('abcdefgh');
  });
});
