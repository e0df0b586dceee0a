/** How the Regions of a partition begin (AWS documentation, ARNs and Regions; the isolated ones as in the SDK). */
const partitionByHead = {
  cn: 'aws-cn',
  'us-gov': 'aws-us-gov',
  'us-iso': 'aws-iso',
  'us-isob': 'aws-iso-b',
  'eu-isoe': 'aws-iso-e',
  'us-isof': 'aws-iso-f',
  eusc: 'aws-eusc',
} as const;

/** The partition of a Region, such as `aws-us-gov` of `us-gov-west-1`; whatever is known of none is in `aws`. */
export function toPartition(region: string): string {
  const heads = Object.entries(partitionByHead);
  return heads.find(([head]) => region.startsWith(`${head}-`))?.[1] ?? 'aws';
}

/** Where a thing of AWS is, as far as its ARN, or whatever else names it, tells. */
export interface Location {
  readonly partition: string;
  readonly region?: string;
  /** Twelve digits. */
  readonly account?: string;
}

/** Where an ARN says it is; `undefined` for a text that is no ARN. */
export function readArn(text: string): Location | undefined {
  const [head, partition = '', , region = '', account = ''] = text.split(':');
  if (head !== 'arn' || partition === '') return undefined;
  return { partition, ...(region && { region }), ...(account && { account }) };
}
