import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface LogQueriesProps {
  /** Prefix of every query name, followed by a slash. */
  readonly prefix: string;
  readonly logGroups: readonly ILogGroup[];
}

interface SavedQuery {
  readonly id: string;
  readonly name: string;
  readonly fields: readonly string[];
  readonly filter: readonly string[];
  readonly sort?: string;
}

const event = ['@timestamp', 'message', 'route', 'status'];

/** The saved queries. Operators replace the words in capitals. */
const savedQueries: readonly SavedQuery[] = [
  {
    id: 'WhyDidItStart',
    name: 'Why did this job start',
    fields: [...event, 'autosysEvent', 'executionArn', 'batchJobId', 'run', 'eventId'],
    filter: ['autosysEvent like /JOB_OR_GLOBAL/'],
  },
  {
    id: 'WhatBecameOfTheRun',
    name: 'What happened to this run',
    fields: [...event, 'autosysInstance', 'autosysEvent', 'reason', 'durationMs'],
    filter: ['executionArn like /RUN/ or batchJobId like /RUN/ or run like /RUN/'],
    sort: '@timestamp asc',
  },
  {
    id: 'WhatIsParked',
    name: 'What was parked and why',
    fields: ['@timestamp', 'autosysInstance', 'autosysEvent', 'route', 'code', 'reason'],
    filter: ["message = 'effect parked'"],
  },
  {
    id: 'WhatWasSlow',
    name: 'What was slow',
    fields: ['@timestamp', 'durationMs', 'route', 'autosysInstance', 'autosysEvent', 'eventId'],
    filter: ["message = 'effect confirmed'"],
    sort: 'durationMs desc',
  },
  {
    id: 'WhatWasIgnored',
    name: 'What was ignored or discarded and why',
    fields: [...event, 'executionArn', 'batchJobName', 'autosysEvent', 'reason'],
    filter: ["message in ['event ignored', 'effect discarded']"],
  },
];

/** Saved queries of CloudWatch Logs Insights for operators. */
export class LogQueries extends Construct {
  constructor(scope: Construct, id: string, { prefix, logGroups }: LogQueriesProps) {
    super(scope, id);
    for (const { id: queryId, name, fields, filter, sort = '@timestamp desc' } of savedQueries) {
      new QueryDefinition(this, queryId, {
        queryDefinitionName: `${prefix}/${name}`,
        logGroups: [...logGroups],
        queryString: new QueryString({
          fields: [...fields],
          filterStatements: [...filter],
          sort,
          limit: 200,
        }),
      });
    }
  }
}
