/** Account and Region of the embedded services. */
export interface WorkloadLocation {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

/** The parts of an ARN. */
export interface ArnParts {
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** What follows the account, colons included. */
  readonly resource: string;
}

/** Builds an ARN in the partition of the Region. @param resource type, separator and name */
export function toWorkloadArn(
  service: 'states' | 'batch' | 'logs' | 'iam' | 'lambda' | 'ecs' | 'sts',
  { account, region }: WorkloadLocation,
  resource: string,
): string {
  const isGlobal = service === 'iam' || service === 'sts';
  return `arn:${toPartition(region)}:${service}:${isGlobal ? '' : region}:${account}:${resource}`;
}

/** The parts of an ARN; undefined for any other text. */
export function readArnParts(arn: string): ArnParts | undefined {
  const match = /^arn:[^:]+:([^:]+):([^:]*):([^:]*):(.+)$/s.exec(arn);
  if (!match) return undefined;
  const [, service = '', region = '', account = '', resource = ''] = match;
  return { service, region, account, resource };
}

function toPartition(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
