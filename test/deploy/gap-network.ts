import { home } from './ministack.ts';

/**
 * True when an endpoint with two subnets in one zone is rejected. AWS answers
 * DuplicateSubnetsInSameZone.
 *
 * @throws {Error} when the VPC or its subnets cannot be created
 */
export async function rejectsTwoSubnetsInOneZone(endpoint: string): Promise<boolean> {
  const ask = (action: string, parameters: Readonly<Record<string, string>>) =>
    askEc2(endpoint, { Action: action, ...parameters });
  const vpc = readId(await ask('CreateVpc', { CidrBlock: '10.9.0.0/16' }), 'vpcId');
  const zone = { VpcId: vpc, AvailabilityZone: `${home.region}a` };
  const subnets: string[] = [];
  for (const CidrBlock of ['10.9.1.0/24', '10.9.2.0/24']) {
    subnets.push(readId(await ask('CreateSubnet', { ...zone, CidrBlock }), 'subnetId'));
  }
  const [first = '', second = ''] = subnets;
  const { isRefused } = await ask('CreateVpcEndpoint', {
    VpcId: vpc,
    VpcEndpointType: 'Interface',
    ServiceName: `com.amazonaws.${home.region}.states`,
    'SubnetId.1': first,
    'SubnetId.2': second,
  });
  return isRefused;
}

interface Ec2Reply {
  readonly isRefused: boolean;
  readonly text: string;
}

/** Calls the query protocol of EC2, for which the project has no client. */
async function askEc2(
  endpoint: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Ec2Reply> {
  const scope = `${home.account}/20260101/${home.region}/ec2/aws4_request`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ Version: '2016-11-15', ...parameters }).toString(),
  });
  const text = await response.text();
  if (response.status >= 500)
    throw new Error(`${parameters['Action']} answered ${response.status}`);
  return { isRefused: !response.ok, text };
}

function readId({ isRefused, text }: Ec2Reply, tag: string): string {
  const [, id] = new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(text) ?? [];
  if (isRefused || id === undefined) throw new Error(`expected ${tag} from EC2, found ${text}`);
  return id;
}
