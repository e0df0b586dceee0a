import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { Token } from 'aws-cdk-lib';

/** Settings of the launch API. */
export interface LaunchApiOptions {
  /**
   * Interface VPC endpoints of `execute-api` through which the API can be called. Only a private API
   * has them. Each gets a public name, `APIID-VPCEID.execute-api.REGION.amazonaws.com`, that
   * resolves to its private addresses (Route 53 alias).
   *
   * @default - any endpoint, also of other accounts, from `sourceNetworks`
   */
  readonly vpcEndpointIds?: readonly string[];
  /**
   * Networks from which the API can be called, such as `10.20.0.0/16`. A private API sees the
   * address in the VPC (`aws:VpcSourceIp`), a regional one the public address (`aws:SourceIp`).
   *
   * With `vpcEndpointIds`, a request must satisfy both.
   *
   * @default - any network, through `vpcEndpointIds`
   */
  readonly sourceNetworks?: readonly string[];
  /** `regional`: the API has a public address. @default private */
  readonly access?: 'private' | 'regional';
  /**
   * Maximum waiting commands whose request is held until the status changes, so that they end
   * within a second. It is the reserved concurrency of a function. 0 creates no such function.
   *
   * @default 20
   */
  readonly heldWaits?: number;
  /** Requests per second, and in a burst, of all callers together. @default 200 and 400 */
  readonly throttle?: { readonly rate: number; readonly burst: number };
  /**
   * Log groups of runs that callers can read through the API, such as `/aws/lambda/settle-*`. A `*`
   * at the end stands for any text.
   *
   * @default - `/aws/batch/job` if a target starts or has Batch jobs, else none
   */
  readonly logGroups?: readonly string[];
  /**
   * Whether to set the role with which API Gateway writes logs. It is a setting of the whole account
   * and Region: set `false` if another stack sets it.
   *
   * @default true
   */
  readonly setsLogRole?: boolean;
}

/** Form of the id of a VPC endpoint. */
export const vpcEndpointId = /^vpce-[0-9a-f]{8,17}$/;
/** Form of the name of a log group (API model of CloudWatch Logs), or of its beginning with `*`. */
export const logGroupName = /^[A-Za-z0-9_/.#-]{1,511}[A-Za-z0-9_/.#*-]$/;

/** Checks the values that are known at synth. @throws {Error} */
export function checkLaunchApiOptions(options: LaunchApiOptions): void {
  const { vpcEndpointIds = [], sourceNetworks = [], access = 'private' } = options;
  if (vpcEndpointIds.length + sourceNetworks.length === 0) {
    throw new Error(
      'launchApi: found neither vpcEndpointIds nor sourceNetworks, allowed: one or both; they say from where the launch API can be called',
    );
  }
  if (access === 'regional' && vpcEndpointIds.length > 0) {
    throw new Error(
      'launchApi: found vpcEndpointIds with access regional, allowed: sourceNetworks; a regional API is not called through a VPC endpoint',
    );
  }
  for (const id of vpcEndpointIds) {
    if (Token.isUnresolved(id) || vpcEndpointId.test(id)) continue;
    throw new Error(`launchApi: found ${id} in vpcEndpointIds, allowed: ids such as vpce-0a1b2c3d`);
  }
  for (const network of sourceNetworks) {
    if (!Token.isUnresolved(network)) checkNetwork(network, access);
  }
  checkNumbers(options);
  for (const name of options.logGroups ?? []) {
    if (Token.isUnresolved(name) || logGroupName.test(name)) continue;
    throw new Error(
      `launchApi: found ${name} in logGroups, allowed: names of log groups such as /aws/batch/job, with * at the end only`,
    );
  }
}

function checkNumbers({ heldWaits = 0, throttle }: LaunchApiOptions): void {
  const isWhole = (value: number, least: number) =>
    Token.isUnresolved(value) || (Number.isInteger(value) && value >= least);
  if (!isWhole(heldWaits, 0)) {
    throw new Error(`launchApi: found heldWaits ${heldWaits}, allowed: a whole number, 0 or more`);
  }
  for (const [name, value] of Object.entries(throttle ?? {})) {
    if (isWhole(value, 1)) continue;
    throw new Error(
      `launchApi: found throttle.${name} ${value}, allowed: a whole number, 1 or more`,
    );
  }
}

/** Networks that no request to a public address comes from (RFC 1918, 4193, 6598, 3927, 4291). */
const privateNetworks = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
] as const) {
  privateNetworks.addSubnet(network, bits, 'ipv4');
}
privateNetworks.addSubnet('fc00::', 7, 'ipv6');
privateNetworks.addSubnet('fe80::', 10, 'ipv6');

function checkNetwork(network: string, access: 'private' | 'regional'): void {
  const [address = '', bits, ...more] = network.split('/');
  const max = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  const isValid = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= max);
  if (max < 0 || !isValid || more.length > 0) {
    throw new Error(
      `launchApi: found ${network} in sourceNetworks, allowed: networks such as 10.20.0.0/16`,
    );
  }
  if (Number(bits) === 0) {
    throw new Error(
      `launchApi: found ${network} in sourceNetworks, which is every address, allowed: the networks of the hosts that call the launch API`,
    );
  }
  if (access === 'regional' && privateNetworks.check(address, max === 32 ? 'ipv4' : 'ipv6')) {
    throw new Error(
      `launchApi: found ${network} in sourceNetworks with access regional, allowed: public addresses, such as that of your NAT; a regional API never sees a private one`,
    );
  }
}
