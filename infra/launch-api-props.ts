import { isIPv4, isIPv6 } from 'node:net';

/** Settings of the launch API. */
export interface LaunchApiOptions {
  /**
   * Interface VPC endpoints of `execute-api` through which the API can be called.
   *
   * @default - any endpoint, from `sourceNetworks`
   */
  readonly vpcEndpointIds?: readonly string[];
  /**
   * Networks from which the API can be called, such as `10.20.0.0/16`. A private API sees the
   * address in the VPC (`aws:VpcSourceIp`), a regional one the public address (`aws:SourceIp`).
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
   * Whether to set the role with which API Gateway writes logs. It is a setting of the whole account
   * and Region: set `false` if another stack sets it.
   *
   * @default true
   */
  readonly setsLogRole?: boolean;
}

/** @throws {Error} */
export function checkLaunchApiOptions(options: LaunchApiOptions): void {
  const { vpcEndpointIds = [], sourceNetworks = [], access = 'private', heldWaits } = options;
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
    if (!/^vpce-[0-9a-f]{8,17}$/.test(id)) {
      throw new Error(
        `launchApi: found ${id} in vpcEndpointIds, allowed: ids such as vpce-0a1b2c3d`,
      );
    }
  }
  for (const network of sourceNetworks) checkNetwork(network);
  if (heldWaits !== undefined && !(Number.isInteger(heldWaits) && heldWaits >= 0)) {
    throw new Error(`launchApi: found heldWaits ${heldWaits}, allowed: a whole number, 0 or more`);
  }
}

function checkNetwork(network: string): void {
  const [address = '', bits, ...more] = network.split('/');
  const max = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  const isValid = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= max);
  if (max > 0 && isValid && more.length === 0) return;
  throw new Error(
    `launchApi: found ${network} in sourceNetworks, allowed: networks such as 10.20.0.0/16`,
  );
}
