import { vi } from 'vitest';
import {
  type LocalIam,
  LocalSecrets,
  type LocalStacks,
  LocalSts,
  LocalWorkloads,
  startLocalIam,
  startLocalStacks,
} from '../../../local/index.ts';
import { type EmbeddedAutosys, embedAutosys } from '../../support/emulator.ts';
import { type EmbeddedTable, startLedgerTable } from '../../support/ledger-table.ts';
import { runCli } from '../setup.ts';

/** Account of the credentials and of the stack. */
export const liveAccount = '111122223333';
export const liveRegion = 'eu-west-1';

/** Everything that `validate --live` calls. */
export interface EmbeddedLive extends AsyncDisposable {
  readonly autosys: EmbeddedAutosys;
  readonly ledger: EmbeddedTable;
  readonly secrets: LocalSecrets;
  readonly sts: LocalSts;
  readonly workloads: LocalWorkloads;
  readonly iam: LocalIam;
  readonly stacks: LocalStacks;
  /** Runs `validate bridge.yaml` with the arguments. */
  readonly validate: (
    yaml: string,
    argv: readonly string[],
    more?: Files,
  ) => ReturnType<typeof runCli>;
}

type Files = Readonly<Record<string, string>>;

/** Role of a function of the embedded stack. */
export function roleOf(name: string): string {
  return `arn:aws:iam::${liveAccount}:role/Bridge-${name}Role`;
}

/** Starts the embedded AutoSys, its ledger and the embedded AWS, and points the SDK at them. */
export async function embedLive(jil: string): Promise<EmbeddedLive> {
  const location = { account: liveAccount, region: liveRegion };
  const autosys = await embedAutosys({ jil });
  const ledger = await startLedgerTable();
  const secrets = await LocalSecrets.start(location);
  const sts = await LocalSts.start();
  const workloads = await LocalWorkloads.start(location);
  const iam = await startLocalIam();
  const stacks = await startLocalStacks();
  const { user: username, password } = autosys.emulator;
  secrets.put('autosys/ACE', JSON.stringify({ username, password }));
  const keys = sts.callers.keysFor(`arn:aws:iam::${liveAccount}:role/operator`);
  const urls = {
    AWS_ENDPOINT_URL_DYNAMODB: ledger.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_STS: sts.url,
    AWS_ENDPOINT_URL_SFN: workloads.url,
    AWS_ENDPOINT_URL_BATCH: workloads.url,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: workloads.url,
    AWS_ENDPOINT_URL_IAM: iam.server.url,
    AWS_ENDPOINT_URL_CLOUDFORMATION: stacks.server.url,
  };
  const env = {
    ...urls,
    AWS_REGION: liveRegion,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  putStack(stacks, new Date('2026-06-01T00:00:00Z'));
  for (const name of ['Report', 'Sweep', 'Canary']) iam.putRole(roleOf(name), readsSecrets);
  return {
    ...{ autosys, ledger, secrets, sts, workloads, iam, stacks },
    validate: (yaml, argv, files = {}) =>
      runCli(['validate', 'bridge.yaml', ...argv], {
        files: {
          'bridge.yaml': yaml.replaceAll('AEWS', autosys.emulator.url),
          'ca.pem': autosys.emulator.certificateAuthority,
          ...files,
        },
        now: autosys.clock.now(),
      }),
    async [Symbol.asyncDispose]() {
      vi.unstubAllEnvs();
      await ledger[Symbol.asyncDispose]();
      await autosys[Symbol.asyncDispose]();
      for (const service of [secrets, sts, workloads]) await service.stop();
      await iam[Symbol.asyncDispose]();
      await stacks[Symbol.asyncDispose]();
    },
  };
}

/** Declares the stack of the bridge, with the outputs of `BridgeStack`. */
export function putStack(stacks: LocalStacks, createdAt: Date): void {
  stacks.putStack({
    name: 'AutosysBridge',
    id: `arn:aws:cloudformation:${liveRegion}:${liveAccount}:stack/AutosysBridge/0f3a`,
    createdAt,
    outputs: {
      LedgerTableName: 'Ledger',
      ReportRoleArn: roleOf('Report'),
      SweepRoleArn: roleOf('Sweep'),
      CanaryRoleArn: roleOf('Canary'),
      CanaryLogGroupName: '/aws/lambda/canary',
    },
  });
}

/** The statement that the stack gives its functions. */
export const readsSecrets = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      Resource: `arn:aws:secretsmanager:${liveRegion}:${liveAccount}:secret:autosys/ACE-??????`,
    },
  ],
};
