import { toWorkloadArn } from '../arns.ts';
import { defineOperation, type WorkloadOperation } from '../operation.ts';
import { ServiceRefusal } from '../refusal.ts';
import { flagMember, integerMember, optionalMember, structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import { logGroupShape, toGroupName } from './log-group.ts';
import type { StoredLogEvent } from './log-streams.ts';

/** Documented sizes of a page; each event counts 26 bytes besides its text, as in PutLogEvents. */
const pageBytes = 1_048_576;
const eventOverhead = 26;
const pageEvents = 10_000;

/** A position in a stream: before the event `at`, after `empty` empty pages there. */
interface LogPosition {
  readonly direction: 'f' | 'b';
  readonly at: number;
  readonly empty: number;
}

const request = structure({
  ...logGroupShape,
  logStreamName: textMember({ min: 1, max: 512, pattern: /^[^:*]*$/ }),
  startTime: optionalMember(integerMember({ min: 0 })),
  endTime: optionalMember(integerMember({ min: 0 })),
  nextToken: optionalMember(textMember({ min: 1 })),
  limit: optionalMember(integerMember({ min: 1, max: pageEvents })),
  startFromHead: optionalMember(flagMember()),
});

/**
 * GetLogEvents: one page of a log stream, from its head or its tail. The tokens are never null; at
 * the end the same token comes back. A page may be empty before the end (setting `emptyLogPages`).
 */
export function createGetLogEventsOperation({
  logs,
  location,
  settings,
}: Pick<WorkloadWorld, 'logs' | 'location' | 'settings'>): WorkloadOperation {
  return defineOperation({
    service: 'logs',
    name: 'GetLogEvents',
    request,
    notEmulated: ['unmask'],
    permissions: (query) => {
      const stream = `log-group:${toGroupName(query)}:log-stream:${query.logStreamName}`;
      return [{ action: 'logs:GetLogEvents', resource: toWorkloadArn('logs', location, stream) }];
    },
    run: function getLogEvents({ logStreamName, startTime = 0, endTime, ...query }) {
      const group = toGroupName(query);
      if (logs.streamsOf(group) === undefined)
        throw notFound('The specified log group does not exist.');
      const stream = logs.find(group, logStreamName);
      if (stream === undefined) throw notFound('The specified log stream does not exist.');
      const events = stream.events.filter(({ timestamp }) => {
        return timestamp >= startTime && timestamp < (endTime ?? Number.POSITIVE_INFINITY);
      });
      const { limit = pageEvents, startFromHead = false, nextToken } = query;
      const from = readPosition(nextToken, { startFromHead, length: events.length });
      return toPage(events, { from, limit, emptyPages: settings().emptyLogPages });
    },
  });
}

/** Documented: a forward token needs `startFromHead`; that AWS refuses it otherwise is inferred. */
function readPosition(
  token: string | undefined,
  { startFromHead, length }: { startFromHead: boolean; length: number },
): LogPosition {
  if (token === undefined) {
    return startFromHead
      ? { direction: 'f', at: 0, empty: 0 }
      : { direction: 'b', at: length, empty: 0 };
  }
  const [, direction, at, empty] = /^([fb])\/(\d{50})(\d{6})\/s$/.exec(token) ?? [];
  if (direction !== 'f' && direction !== 'b') throw invalid('The specified nextToken is invalid.');
  if (direction === 'f' && !startFromHead) {
    throw invalid('nextToken: found a forward token, allowed with startFromHead only');
  }
  return { direction, at: Number(at), empty: Number(empty) };
}

function toPage(
  events: readonly StoredLogEvent[],
  { from, limit, emptyPages }: { from: LogPosition; limit: number; emptyPages: number },
) {
  const { direction, at, empty } = from;
  const isForward = direction === 'f';
  const ahead = isForward ? events.slice(at) : events.slice(0, at).toReversed();
  if (ahead.length > 0 && empty < emptyPages) {
    const next = { direction, at, empty: empty + 1 };
    const other = { direction: isForward ? 'b' : 'f', at, empty: 0 } as const;
    return toResponse([], isForward ? [next, other] : [other, next]);
  }
  const taken = take(ahead, limit);
  const end = isForward ? at + taken.length : at - taken.length;
  const [first, last] = isForward ? [at, end] : [end, at];
  // At the end the token that was passed comes back unchanged.
  const unchanged = taken.length === 0 ? empty : 0;
  return toResponse(isForward ? taken : taken.toReversed(), [
    { direction: 'f', at: last, empty: isForward ? unchanged : 0 },
    { direction: 'b', at: first, empty: isForward ? 0 : unchanged },
  ]);
}

/** At least one event, however long it is. */
function take(ahead: readonly StoredLogEvent[], limit: number): readonly StoredLogEvent[] {
  let bytes = 0;
  const tooMany = ahead.findIndex(({ message }, index) => {
    bytes += Buffer.byteLength(message) + eventOverhead;
    return index > 0 && (index >= limit || bytes > pageBytes);
  });
  return tooMany < 0 ? ahead : ahead.slice(0, tooMany);
}

function toResponse(
  events: readonly StoredLogEvent[],
  [forward, backward]: readonly [LogPosition, LogPosition],
) {
  return { events, nextForwardToken: toToken(forward), nextBackwardToken: toToken(backward) };
}

/** A token in the form of AWS: direction, 56 digits, `/s`. */
function toToken({ direction, at, empty }: LogPosition): string {
  return `${direction}/${String(at).padStart(50, '0')}${String(empty).padStart(6, '0')}/s`;
}

function notFound(message: string): ServiceRefusal {
  return new ServiceRefusal('ResourceNotFoundException', message);
}

function invalid(message: string): ServiceRefusal {
  return new ServiceRefusal('InvalidParameterException', message);
}
