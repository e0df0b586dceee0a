import { ArnFormat, Aws, Stack, Token } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { toPartition } from '../lambda/routing/partition.ts';
import type { BridgeConfig } from '../lambda/routing/routes.ts';

/** The secrets of all instances: logins and CA certificates. */
export function toInstanceSecrets({ instances }: BridgeConfig): readonly string[] {
  const authorities = instances.flatMap(({ authoritySecret }) => authoritySecret?.secret ?? []);
  return [...instances.map(({ secret }) => secret), ...authorities];
}

/** Allows a function to read secrets, by name or ARN. Each secret is granted once. */
export function grantSecrets(grantee: IGrantable & IConstruct, secrets: readonly string[]): void {
  for (const name of new Set(secrets)) {
    Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      resourceArns: [...toSecretArns(grantee, name)],
    });
  }
}

/**
 * Allows a function to decrypt with the customer managed keys of its secrets, only through Secrets
 * Manager of its own Region.
 *
 * Secrets Manager calls KMS with the permissions of the caller (AWS documentation).
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
 * Returns the ARNs of a secret for a policy.
 *
 * Secrets Manager appends a hyphen and six characters to each name. A name itself can have this
 * form, so an ARN with such an end is granted both as a complete ARN and as a partial ARN.
 *
 * @param name the name of a secret, its complete ARN, or its ARN without the appended characters
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
 * Returns the name of Secrets Manager in `kms:ViaService`: `secretsmanager.REGION.amazonaws.com`
 * (AWS documentation).
 *
 * No source was found for the suffix in other partitions, so both suffixes are allowed there. A
 * name that no service has allows nothing.
 */
function toServiceNames(scope: IConstruct): readonly string[] {
  const { region, urlSuffix } = Stack.of(scope);
  const usual = `secretsmanager.${region}.amazonaws.com`;
  if (Token.isUnresolved(region)) return [usual, `secretsmanager.${region}.${Aws.URL_SUFFIX}`];
  const partition = toPartition(region);
  if (partition === 'aws' || partition === 'aws-us-gov') return [usual];
  return [usual, `secretsmanager.${region}.${urlSuffix}`];
}
