import { createDescribeSecret, type DescribedSecret } from '../../lambda/aws/describe-secret.ts';
import { createSimulatePolicy } from '../../lambda/aws/simulate-policy.ts';
import { toPartition } from '../../lambda/routing/partition.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { AwsHome } from './aws-home.ts';
import { judgeAccess, judgeSecret, type SimulatedAccess } from './judge-secret.ts';
import type { LiveDeps } from './live-deps.ts';
import { type LiveFact, type LiveRow, toUncheckedRow } from './live-row.ts';
import { type SecretReader, toAllSecrets, toSecretReaders } from './secret-readers.ts';
import { toUnreadAws } from './unread-aws.ts';

type SecretFact = LiveFact<DescribedSecret | undefined>;

/** Checks that the secrets exist, and that the roles of the stack may read them. */
export async function checkSecretAccess(
  config: BridgeConfig,
  { caller, home, stack }: AwsHome,
  deps: LiveDeps,
): Promise<readonly LiveRow[]> {
  const secrets = toAllSecrets(config);
  const facts = await readSecrets(secrets, { caller, home }, deps);
  const rows = secrets.map((secret) => judgeSecret(secret, requireFact(facts, secret)));
  const ofRoles = {
    check: 'secretAccess',
    subject: 'roles of the functions read the secrets',
  } as const;
  if (stack.kind === 'unread') return [...rows, toUncheckedRow(ofRoles, stack)];
  const readers = toSecretReaders(config, stack.value.outputs);
  if (readers.length === 0) {
    const reason =
      'the stack has no outputs with the roles of its functions, such as ReportRoleArn';
    const advice = 'give the stack these outputs, as BridgeStack has them';
    return [...rows, toUncheckedRow(ofRoles, { kind: 'unread', reason, advice })];
  }
  const simulate = createSimulateAccess(home?.region ?? '', deps);
  const pairs = readers.flatMap((reader) => reader.secrets.map((secret) => ({ reader, secret })));
  const accesses = await mapConcurrently(pairs, ({ reader, secret }) =>
    checkAccess(reader, { secret, fact: requireFact(facts, secret) }, simulate),
  );
  return [...rows, ...accesses.flat()];
}

async function readSecrets(
  secrets: readonly string[],
  { caller, home }: Pick<AwsHome, 'caller' | 'home'>,
  { httpsAgent, signal }: LiveDeps,
): Promise<ReadonlyMap<string, SecretFact>> {
  if (caller.kind === 'unread') return new Map(secrets.map((secret) => [secret, caller]));
  const region = home?.region ?? caller.value.region;
  const describe = createDescribeSecret({ region, httpsAgent });
  const facts = await mapConcurrently(secrets, async (secret) => {
    const answer = await describe(secret, signal);
    const fact: SecretFact =
      answer.kind === 'found'
        ? { kind: 'read', value: answer.secret }
        : answer.kind === 'unknown'
          ? { kind: 'read', value: undefined }
          : toUnreadAws(answer, 'secretsmanager:DescribeSecret');
    return [secret, fact] as const;
  });
  return new Map(facts);
}

type SimulateAccess = (
  request: { readonly roleArn: string; readonly action: string; readonly resource: string },
  context?: Readonly<Record<string, string>>,
) => Promise<SimulatedAccess>;

/** The row of a role and a secret; none if there is no such secret, which has a row of its own. */
async function checkAccess(
  reader: SecretReader,
  { secret, fact }: { readonly secret: string; readonly fact: SecretFact },
  simulate: SimulateAccess,
): Promise<readonly LiveRow[]> {
  if (fact.kind === 'unread') {
    const subject = `role of ${reader.functionName} reads ${secret}`;
    return [toUncheckedRow({ check: 'secretAccess', subject }, fact)];
  }
  if (fact.value === undefined) return [];
  const { arn, kmsKey } = fact.value;
  const { roleArn } = reader;
  const read = { roleArn, action: 'secretsmanager:GetSecretValue', resource: arn };
  const accesses = [
    await simulate(read),
    ...(kmsKey === undefined ? [] : [await simulateKey({ roleArn, arn, kmsKey }, simulate)]),
  ];
  return [judgeAccess(reader, secret, accesses)];
}

/** The key is used through Secrets Manager, which the policy of the role requires. */
async function simulateKey(
  {
    roleArn,
    arn,
    kmsKey,
  }: { readonly roleArn: string; readonly arn: string; readonly kmsKey: string },
  simulate: SimulateAccess,
): Promise<SimulatedAccess> {
  const action = 'kms:Decrypt';
  const [, , , region = '', account = ''] = arn.split(':');
  const resource = kmsKey.startsWith('arn:')
    ? kmsKey
    : `arn:${toPartition(region)}:kms:${region}:${account}:key/${kmsKey}`;
  if (resource.includes(':alias/') || kmsKey.startsWith('alias/')) {
    const reason = `the secret names its key by the alias ${kmsKey}`;
    const advice = 'check by hand that secretKeyArns has the ARN of that key';
    return { action, fact: { kind: 'unread', reason, advice } };
  }
  const viaService = `secretsmanager.${region}.amazonaws.com`;
  return simulate({ roleArn, action, resource }, { 'kms:ViaService': viaService });
}

function createSimulateAccess(region: string, { httpsAgent, signal }: LiveDeps): SimulateAccess {
  const simulatePolicy = createSimulatePolicy({ region, httpsAgent });
  return async function simulateAccess(request, context) {
    const { action } = request;
    const answer = await simulatePolicy({ ...request, ...(context && { context }) }, signal);
    if (answer.kind === 'found') return { action, fact: { kind: 'read', value: answer.decision } };
    if (answer.kind === 'unknown') return { action, fact: { kind: 'read', value: 'noRole' } };
    return { action, fact: toUnreadAws(answer, 'iam:SimulatePrincipalPolicy') };
  };
}

function requireFact(facts: ReadonlyMap<string, SecretFact>, secret: string): SecretFact {
  const reason = 'it was not read';
  return facts.get(secret) ?? { kind: 'unread', reason, advice: 'repeat the command' };
}
