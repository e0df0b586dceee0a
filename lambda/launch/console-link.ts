import { toPartition } from '../routing/partition.ts';

/** Host of the AWS console by partition (AWS documentation); others have no link. */
const consoleHosts: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

/**
 * Link to a run in the AWS console. `undefined` in a partition whose console host is not known.
 *
 * @param id execution ARN or Batch job id
 */
export function toConsoleLink(id: string, region: string): string | undefined {
  const host = consoleHosts[toPartition(region)];
  if (host === undefined) return undefined;
  const base = `https://${region}.${host}`;
  return id.startsWith('arn:')
    ? `${base}/states/home?region=${region}#/v2/executions/details/${id}`
    : `${base}/batch/home?region=${region}#jobs/detail/${id}`;
}
