import { toWorkloadArn } from '../arns.ts';
import { defineOperation, type WorkloadOperation } from '../operation.ts';
import { ServiceRefusal } from '../refusal.ts';
import {
  enumMember,
  flagMember,
  integerMember,
  optionalMember,
  structure,
  textMember,
} from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import { logGroupShape, toGroupName } from './log-group.ts';
import type { LocalLogStream } from './log-streams.ts';

const defaultPage = 50;

/** DescribeLogStreams: the streams of a group by name, with a prefix, or by their last event. */
export function createDescribeLogStreamsOperation({
  logs,
  location,
  tokens,
}: Pick<WorkloadWorld, 'logs' | 'location' | 'tokens'>): WorkloadOperation {
  return defineOperation({
    service: 'logs',
    name: 'DescribeLogStreams',
    request: structure({
      ...logGroupShape,
      logStreamNamePrefix: optionalMember(textMember({ min: 1, max: 512, pattern: /^[^:*]*$/ })),
      orderBy: optionalMember(enumMember(['LogStreamName', 'LastEventTime'])),
      descending: optionalMember(flagMember()),
      nextToken: optionalMember(textMember({ min: 1 })),
      limit: optionalMember(integerMember({ min: 1, max: 50 })),
    }),
    permissions: (query) => {
      const resource = toWorkloadArn(
        'logs',
        location,
        `log-group:${toGroupName(query)}:log-stream:`,
      );
      return [{ action: 'logs:DescribeLogStreams', resource }];
    },
    run: function describeLogStreams({ nextToken: token, limit = defaultPage, ...query }) {
      const { logStreamNamePrefix: prefix, orderBy, descending = false } = query;
      if (prefix !== undefined && orderBy === 'LastEventTime') {
        throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
      }
      const group = toGroupName(query);
      const streams = logs.streamsOf(group);
      if (streams === undefined) {
        const message = 'The specified log group does not exist.';
        throw new ServiceRefusal('ResourceNotFoundException', message);
      }
      const sorted = streams
        .filter(({ name }) => name.startsWith(prefix ?? ''))
        .toSorted(orderBy === 'LastEventTime' ? byLastEvent : byName);
      const ordered = descending ? sorted.toReversed() : sorted;
      const base = toWorkloadArn('logs', location, `log-group:${group}:log-stream:`);
      const items = ordered.map((stream) => toStreamDetail(stream, `${base}${stream.name}`));
      const scope = { operation: 'DescribeLogStreams', ...query };
      const page = tokens.page(items, { scope, size: limit, token });
      if (page === undefined) throw invalid('The specified nextToken is invalid.');
      return { logStreams: page.items, nextToken: page.nextToken };
    },
  });
}

function byName(a: LocalLogStream, b: LocalLogStream): number {
  return a.name < b.name ? -1 : 1;
}

function byLastEvent(a: LocalLogStream, b: LocalLogStream): number {
  return (a.events.at(-1)?.timestamp ?? 0) - (b.events.at(-1)?.timestamp ?? 0);
}

function toStreamDetail({ name, createdAt, events }: LocalLogStream, arn: string) {
  const [first] = events;
  const last = events.at(-1);
  return {
    ...{ logStreamName: name, creationTime: createdAt, arn, storedBytes: 0 },
    ...(first && { firstEventTimestamp: first.timestamp }),
    ...(last && { lastEventTimestamp: last.timestamp, lastIngestionTime: last.ingestionTime }),
  };
}

function invalid(message: string): ServiceRefusal {
  return new ServiceRefusal('InvalidParameterException', message);
}
