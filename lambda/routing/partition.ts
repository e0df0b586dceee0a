/**
 * Partition by Region prefix (AWS documentation, ARNs and Regions; isolated partitions as in the
 * SDK).
 */
const partitionByPrefix = {
  cn: 'aws-cn',
  'us-gov': 'aws-us-gov',
  'us-iso': 'aws-iso',
  'us-isob': 'aws-iso-b',
  'eu-isoe': 'aws-iso-e',
  'us-isof': 'aws-iso-f',
  eusc: 'aws-eusc',
} as const;

/** The partitions of AWS. */
export const partitions: readonly string[] = ['aws', ...Object.values(partitionByPrefix)];

/** Partition of a Region, such as `aws-us-gov` for `us-gov-west-1`. @default 'aws' */
export function toPartition(region: string): string {
  const prefixes = Object.entries(partitionByPrefix);
  return prefixes.find(([prefix]) => region.startsWith(`${prefix}-`))?.[1] ?? 'aws';
}

/** Location of an AWS resource, as its ARN or another name shows it. */
export interface Location {
  readonly partition: string;
  readonly region?: string;
  /** Twelve digits. */
  readonly account?: string;
}

/** Location in an ARN. `undefined` for a text that is no ARN. */
export function readArn(text: string): Location | undefined {
  const [prefix, partition = '', , region = '', account = ''] = text.split(':');
  if (prefix !== 'arn' || partition === '') return undefined;
  return { partition, ...(region && { region }), ...(account && { account }) };
}
