import { quoteForShell } from '../ledger/advice.ts';
import { controlVariable } from './control-client.ts';
import type { Worlds } from './worlds.ts';

/** A line of the environment in which commands reach the embedded worlds. */
interface EnvironmentVariable {
  readonly name: string;
  /** @default - the variable is unset */
  readonly value?: string;
  /** The value is in this file, because it is a secret. */
  readonly file?: string;
}

/**
 * The environment in which `parked`, `status`, `replay`, `ask`, `sendevent` and the others reach the
 * embedded worlds, as shell lines. No line contains a secret.
 *
 * @param controlPath file with the access to the control endpoint
 */
export function formatEnvironment(worlds: Worlds, controlPath: string): string {
  const variables = [
    { name: controlVariable, value: controlPath },
    ...toAutosysVariables(worlds),
    ...toAwsVariables(worlds),
  ];
  return `${variables.map(formatVariable).join('\n')}\n`;
}

/** The first instance; `--url` names another. */
function toAutosysVariables({
  autosyses,
  config,
  caFile,
  passwordFile,
}: Worlds): readonly EnvironmentVariable[] {
  const [first] = autosyses.values();
  const [instance] = config.instances;
  if (first === undefined || instance === undefined) return [];
  return [
    { name: 'AUTOSYS_URL', value: first.url },
    { name: 'AUTOSYS_USER', value: first.user },
    { name: 'AUTOSYS_PASSWORD', file: passwordFile.path },
    { name: 'AUTOSYS_CA', value: caFile.path },
    { name: 'AUTOSYS_TIMEZONE', value: instance.timezone },
  ];
}

/**
 * The endpoints of the embedded AWS. `AWS_ENDPOINT_URL` is that of every other service: it refuses
 * each call, so that no command reaches AWS.
 */
function toAwsVariables({ aws, home }: Worlds): readonly EnvironmentVariable[] {
  const operator = `arn:aws:iam::${home.account}:role/operator`;
  const { endpoint, credentials } = aws.lambda.settingsFor(operator);
  const { accessKeyId, secretAccessKey } = credentials;
  return [
    { name: 'LEDGER_TABLE', value: toLedgerTable({ aws }) },
    { name: 'SWEEP_FUNCTION', value: toSweepFunction({ aws }) },
    { name: 'AWS_REGION', value: home.region },
    { name: 'AWS_ACCESS_KEY_ID', value: accessKeyId },
    { name: 'AWS_SECRET_ACCESS_KEY', value: secretAccessKey },
    { name: 'AWS_EC2_METADATA_DISABLED', value: 'true' },
    { name: 'AWS_ENDPOINT_URL', value: aws.secrets.url },
    { name: 'AWS_ENDPOINT_URL_DYNAMODB', value: aws.tables.url },
    { name: 'AWS_ENDPOINT_URL_SECRETS_MANAGER', value: aws.secrets.url },
    { name: 'AWS_ENDPOINT_URL_STS', value: aws.sts.url },
    { name: 'AWS_ENDPOINT_URL_LAMBDA', value: endpoint },
    { name: 'AWS_ENDPOINT_URL_SFN', value: aws.workloads.url },
    { name: 'AWS_ENDPOINT_URL_BATCH', value: aws.workloads.url },
    { name: 'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS', value: aws.workloads.url },
    { name: 'AWS_PROFILE' },
    { name: 'AWS_SESSION_TOKEN' },
  ];
}

/** The name of the ledger table. The stack has no other table. */
export function toLedgerTable({ aws }: Pick<Worlds, 'aws'>): string {
  const [name, ...others] = aws.tables.names;
  if (name === undefined || others.length > 0) {
    throw new Error(`expected one table in the stack, found ${aws.tables.names.length}`);
  }
  return name;
}

/** The name of the sweep function, which `ask` invokes. */
function toSweepFunction({ aws }: Pick<Worlds, 'aws'>): string {
  const [name, ...others] = [...aws.functions.keys()].filter((one) => one.includes('Sweep'));
  if (name === undefined || others.length > 0) {
    throw new Error(
      `expected one sweep function in the stack, found ${name === undefined ? 0 : others.length + 1}`,
    );
  }
  return name;
}

function formatVariable({ name, value, file }: EnvironmentVariable): string {
  if (file !== undefined) return `export ${name}="$(cat ${quoteForShell(file)})"`;
  return value === undefined ? `unset ${name}` : `export ${name}=${quoteForShell(value)}`;
}
