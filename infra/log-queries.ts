import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface LogQueriesProps {
  /** Prefix of every query name, followed by a slash. */
  readonly prefix: string;
  readonly logGroups: readonly ILogGroup[];
  /** Logs of the functions of requests. @default - no requests */
  readonly requestLogGroups?: readonly ILogGroup[];
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

/** The saved query about requests. Request and wait function write a line for each decision. */
const requestQuery: SavedQuery = {
  id: 'WhatWasAsked',
  name: 'What did AWS ask of AutoSys',
  fields: [
    ...['@timestamp', 'message', 'entry', 'autosysInstance', 'action', 'subject', 'job'],
    ...['failure', 'reason', 'execution', 'request', 'durationMs'],
  ],
  filter: [
    'ispresent(entry)',
    'entry like /ENTRY/ or subject like /JOB_OR_GLOBAL/ or job like /JOB/',
  ],
};

/** Saved queries of CloudWatch Logs Insights for operators. */
export class LogQueries extends Construct {
  constructor(scope: Construct, id: string, props: LogQueriesProps) {
    super(scope, id);
    const { prefix, logGroups, requestLogGroups } = props;
    for (const query of savedQueries) this.#save(prefix, query, logGroups);
    if (requestLogGroups) this.#save(prefix, requestQuery, requestLogGroups);
  }

  #save(prefix: string, query: SavedQuery, logGroups: readonly ILogGroup[]): void {
    const { id, name, fields, filter, sort = '@timestamp desc' } = query;
    new QueryDefinition(this, id, {
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
