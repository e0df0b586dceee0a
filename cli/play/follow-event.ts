import { setTimeout as sleep } from 'node:timers/promises';
import type { BusPlacement, Local } from '../../local/index.ts';
import { describeLogLine, readLogLine } from '../demo/timeline.ts';

/** What the bridge did with an event. */
export interface FollowedEvent {
  readonly placement: BusPlacement;
  /** One line per effect: sent, discarded, parked, or waiting. */
  readonly results: readonly string[];
  /** False if the functions did not receive each message in time. */
  readonly isHandled: boolean;
}

/** A message is retried within an invocation, which may take a minute at most. */
const handledWithinMs = 75_000;
/** Time for the log lines of a function to arrive after its result. */
const logLagMs = 200;

/**
 * Puts an event on the bus, and waits until the functions have handled its messages.
 *
 * @param onPlaced called before the wait
 * @throws {EnvelopeError} if EventBridge cannot carry the event
 */
export async function followEvent(
  aws: Local,
  event: unknown,
  onPlaced: (placement: BusPlacement) => void,
): Promise<FollowedEvent> {
  const lines: string[] = [];
  const stops = [...aws.functions.values()].map((one) =>
    one.onLog(({ line }) => void lines.push(line)),
  );
  try {
    const before = new Set(listMessageIds(aws));
    const placement = aws.bus.put(event);
    const own = new Set(listMessageIds(aws).filter((id) => !before.has(id)));
    onPlaced(placement);
    const isHandled = await waitUntilHandled(aws, own);
    await sleep(logLagMs);
    const results = lines.flatMap((line) =>
      own.has(String(readLogLine(line)['messageId'])) ? [describeLogLine(line)] : [],
    );
    return { placement, results: results.filter((one) => one !== undefined), isHandled };
  } finally {
    for (const stop of stops) stop();
  }
}

function listMessageIds({ queues }: Local): readonly string[] {
  return [...queues.values()].flatMap((queue) =>
    queue.messages().map(({ messageId }) => messageId),
  );
}

async function waitUntilHandled(aws: Local, own: ReadonlySet<string>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<true>();
  const check = () => {
    const handled = new Set(aws.invocations().flatMap(({ messageIds }) => messageIds));
    if ([...own].every((id) => handled.has(id))) resolve(true);
  };
  const stop = aws.onInvocation(check);
  check();
  const late = new AbortController();
  const isHandled = await Promise.race([
    promise,
    sleep(handledWithinMs, false, { signal: late.signal }).catch(() => false),
  ]);
  late.abort();
  stop();
  return isHandled;
}
