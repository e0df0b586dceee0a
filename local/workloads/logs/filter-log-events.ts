import { toWorkloadArn } from '../arns.ts';
import { defineOperation, type WorkloadOperation } from '../operation.ts';
import { ServiceRefusal } from '../refusal.ts';
import {
  flagMember,
  integerMember,
  listMember,
  optionalMember,
  structure,
  textMember,
} from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import { logGroupShape, toGroupName } from './log-group.ts';
import type { LocalLogStream } from './log-streams.ts';

/** Documented: a page has at most 10,000 events and 1 MB. */
const pageEvents = 10_000;

const streamName = textMember({ min: 1, max: 512, pattern: /^[^:*]*$/ });

const request = structure({
  ...logGroupShape,
  logStreamNames: optionalMember(listMember(streamName)),
  logStreamNamePrefix: optionalMember(streamName),
  startTime: optionalMember(integerMember({ min: 0 })),
  endTime: optionalMember(integerMember({ min: 0 })),
  nextToken: optionalMember(textMember({ min: 1 })),
  limit: optionalMember(integerMember({ min: 1, max: pageEvents })),
  interleaved: optionalMember(flagMember()),
});

/**
 * FilterLogEvents: the events of all streams of a group, or of some, within a time, the oldest
 * first. Both times are included (documented). The last page has no token.
 */
export function createFilterLogEventsOperation({
  logs,
  location,
  tokens,
}: Pick<WorkloadWorld, 'logs' | 'location' | 'tokens'>): WorkloadOperation {
  return defineOperation({
    service: 'logs',
    name: 'FilterLogEvents',
    request,
    notEmulated: ['filterPattern', 'startFromHead', 'unmask'],
    permissions: (query) => {
      const resource = toWorkloadArn('logs', location, `log-group:${toGroupName(query)}`);
      return [{ action: 'logs:FilterLogEvents', resource }];
    },
    run: function filterLogEvents({ nextToken: token, limit = pageEvents, ...query }) {
      const { logStreamNames: names, logStreamNamePrefix: prefix = '' } = query;
      const { startTime = 0, endTime = Number.POSITIVE_INFINITY } = query;
      if (names !== undefined && query.logStreamNamePrefix !== undefined) {
        throw invalid('logStreamNames and logStreamNamePrefix cannot both be given.');
      }
      const streams = logs.streamsOf(toGroupName(query));
      if (streams === undefined) {
        const message = 'The specified log group does not exist.';
        throw new ServiceRefusal('ResourceNotFoundException', message);
      }
      const events = streams
        .filter(({ name }) => name.startsWith(prefix) && (names?.includes(name) ?? true))
        .flatMap(toFilteredEvents)
        .filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime)
        .toSorted((one, other) => one.timestamp - other.timestamp);
      const scope = { operation: 'FilterLogEvents', ...query };
      const page = tokens.page(events, { scope, size: limit, token });
      if (page === undefined) throw invalid('The specified nextToken is invalid.');
      return { events: page.items, searchedLogStreams: [], nextToken: page.nextToken };
    },
  });
}

function toFilteredEvents({ name, events }: LocalLogStream) {
  return events.map((event, index) => ({
    ...event,
    logStreamName: name,
    eventId: String(index).padStart(56, '0'),
  }));
}

function invalid(message: string): ServiceRefusal {
  return new ServiceRefusal('InvalidParameterException', message);
}
