import type { BridgeConfig } from '../../lambda/routing/routes.ts';

/** A role of a function, with the secrets that the function reads. */
export interface SecretReader {
  /** Such as `report`. */
  readonly functionName: string;
  readonly roleArn: string;
  /** Names or ARNs, each once. */
  readonly secrets: readonly string[];
}

/** Which secrets a function reads, by the output of the stack that has its role. */
const readsOfOutputs = {
  ReportRoleArn: 'instances',
  SweepRoleArn: 'instances',
  CanaryRoleArn: 'instances',
  RequestRoleArn: 'instances',
  WaitRoleArn: 'instances',
  LaunchRoleArn: 'instances',
  NightRoleArn: 'night',
  AuthorizerRoleArn: 'callers',
} as const;

/** The roles in the outputs of a stack with their secrets. Pure. */
export function toSecretReaders(
  config: Pick<BridgeConfig, 'instances' | 'callers' | 'night'>,
  outputs: Readonly<Record<string, string>>,
): readonly SecretReader[] {
  const secrets = toSecretsByReads(config);
  return Object.entries(readsOfOutputs).flatMap(([output, reads]) => {
    const roleArn = outputs[output];
    if (roleArn === undefined || secrets[reads].length === 0) return [];
    const functionName = output.replace(/RoleArn$/, '').toLowerCase();
    return [{ functionName, roleArn, secrets: secrets[reads] }];
  });
}

/** Every secret of the file, each once. */
export function toAllSecrets(
  config: Pick<BridgeConfig, 'instances' | 'callers'>,
): readonly string[] {
  const { instances, callers } = toSecretsByReads(config);
  return [...new Set([...instances, ...callers])];
}

function toSecretsByReads({
  instances,
  callers,
  night,
}: Pick<BridgeConfig, 'instances' | 'callers' | 'night'>) {
  const of = (all: typeof instances) => [
    ...new Set(
      all.flatMap(({ secret, authoritySecret }) => [secret, authoritySecret?.secret ?? []].flat()),
    ),
  ];
  return {
    instances: of(instances),
    night: of(instances.filter(({ name }) => night?.instances.includes(name))),
    callers: [...new Set(callers.map(({ secret }) => secret))],
  };
}
