import { ArnFormat, Aws, Stack, Token } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { toPartition } from '../lambda/routing/partition.ts';
import type { BridgeConfig } from '../lambda/routing/routes.ts';

/**
 * Lets a function read the secrets of all instances: logins, then certificates to trust; each
 * secret once.
 */
export function grantSecrets(grantee: IGrantable & IConstruct, { instances }: BridgeConfig): void {
  const authorities = instances.flatMap(({ authoritySecret }) => authoritySecret?.secret ?? []);
  const names = new Set([...instances.map(({ secret }) => secret), ...authorities]);
  for (const name of names) {
    Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      resourceArns: [...toSecretArns(grantee, name)],
    });
  }
}

/**
 * Lets a function decrypt with the customer keys of its secrets, and only through Secrets Manager
 * of its own Region.
 *
 * Secrets Manager calls KMS with the caller's permissions (AWS documentation).
 */
export function grantSecretKeys(grantee: IGrantable & IConstruct, keys: readonly IKey[]): void {
  if (keys.length === 0) return;
  const services = toServiceNames(grantee);
  Grant.addToPrincipal({
    grantee,
    actions: ['kms:Decrypt'],
    resourceArns: [...new Set(keys.map(({ keyArn }) => keyArn))],
    conditions: {
      StringEquals: { 'kms:ViaService': services.length === 1 ? services[0] : services },
    },
  });
}

/**
 * The ARNs that a policy names for a secret.
 *
 * Secrets Manager adds a hyphen and six characters to each name. A name of its own may end in such
 * a way, so an ARN with that end is granted as a complete one and as a partial one.
 *
 * @param name the name of a secret, its complete ARN, or its ARN without the added end
 */
function toSecretArns(scope: IConstruct, name: string): readonly string[] {
  const isArn = name.startsWith('arn:');
  const arn = isArn
    ? name
    : Stack.of(scope).formatArn({
        service: 'secretsmanager',
        resource: 'secret',
        resourceName: name,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
  const mayBeComplete = isArn && /-[A-Za-z0-9]{6}$/.test(name);
  return [...(mayBeComplete ? [arn] : []), `${arn}-??????`];
}

/**
 * Secrets Manager as `kms:ViaService` names it: `secretsmanager.REGION.amazonaws.com` (AWS
 * documentation).
 *
 * Which suffix other partitions use was not found, so both are allowed there; a name that no
 * service has allows nothing.
 */
function toServiceNames(scope: IConstruct): readonly string[] {
  const { region, urlSuffix } = Stack.of(scope);
  const usual = `secretsmanager.${region}.amazonaws.com`;
  if (Token.isUnresolved(region)) return [usual, `secretsmanager.${region}.${Aws.URL_SUFFIX}`];
  const partition = toPartition(region);
  if (partition === 'aws' || partition === 'aws-us-gov') return [usual];
  return [usual, `secretsmanager.${region}.${urlSuffix}`];
}
