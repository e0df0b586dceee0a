import type { AssemblyStack } from '../assembly.ts';
import { refuseUnknown } from '../rest/known-properties.ts';
import { type JsonObject, numberAt, objectAt, TemplateError, textAt } from '../template-error.ts';
import type { TemplateValues } from '../template-values.ts';
import type { FunctionAccess } from './function-access.ts';
import { readInvokePolicy } from './invoke-policy.ts';

/** Properties of each type that are emulated, or have no effect on an invocation. */
const known = {
  'AWS::Lambda::Version': ['FunctionName', 'Description', 'CodeSha256'],
  'AWS::Lambda::Alias': ['FunctionName', 'FunctionVersion', 'Name', 'Description'],
  'AWS::Lambda::ResourcePolicy': ['ResourceArn', 'PolicyDocument'],
} as const;

type QualifierType = keyof typeof known;

interface Qualifier {
  readonly logicalId: string;
  readonly properties: JsonObject;
  /** Value of `Ref`: the ARN of a version or alias. */
  readonly arn: string;
}

/**
 * Reads who may invoke the functions of a stack, and by which version or alias.
 *
 * `AWS::Lambda::Permission` is left to API Gateway: those of other services have no effect here.
 *
 * @throws {TemplateError} for a version, alias or policy that Lambda refuses or that is not emulated
 */
export function readFunctionAccess(
  stack: AssemblyStack,
  values: TemplateValues,
): readonly FunctionAccess[] {
  const versions = readAll(stack, values, 'AWS::Lambda::Version');
  const aliases = readAll(stack, values, 'AWS::Lambda::Alias');
  const policies = readPolicies(stack, values);
  const all = Object.entries(stack.resources).flatMap(([logicalId, { type, properties }]) => {
    if (type !== 'AWS::Lambda::Function' || properties['Runtime'] !== 'nodejs24.x') return [];
    const functionArn = values.arnOf(logicalId);
    const isOwn = ({ arn }: { readonly arn: string }) =>
      arn === functionArn || arn.startsWith(`${functionArn}:`);
    const reserved = values.resolve(properties['ReservedConcurrentExecutions'], logicalId);
    const access: FunctionAccess = {
      ...{ functionId: `${stack.name}/${logicalId}`, functionArn },
      functionName: values.nameOf(logicalId),
      versions: versions.filter(isOwn).map(({ arn }) => toQualifier(arn)),
      aliases: toAliases(aliases.filter(isOwn)),
      policies: new Map(policies.filter(isOwn).map(({ arn, statements }) => [arn, statements])),
      ...(reserved !== undefined && { reservedConcurrency: numberAt(reserved, logicalId) }),
    };
    return [access];
  });
  for (const { arn, where } of policies) requireTarget(arn, where, all);
  return all;
}

function readAll(
  stack: AssemblyStack,
  values: TemplateValues,
  type: QualifierType,
): readonly Qualifier[] {
  return Object.entries(stack.resources).flatMap(([logicalId, resource]) => {
    if (resource.type !== type) return [];
    const properties = objectAt(values.resolve(resource.properties, logicalId), logicalId);
    refuseUnknown(logicalId, properties, known[type]);
    const isPolicy = type === 'AWS::Lambda::ResourcePolicy';
    const arn = isPolicy
      ? properties['ResourceArn']
      : values.resolve({ Ref: logicalId }, logicalId);
    return [{ logicalId, properties, arn: textAt(arn, logicalId) }];
  });
}

function readPolicies(stack: AssemblyStack, values: TemplateValues) {
  const policies = readAll(stack, values, 'AWS::Lambda::ResourcePolicy').map((one) => {
    const where = `${one.logicalId}, PolicyDocument`;
    const document = one.properties['PolicyDocument'];
    return { arn: one.arn, where, statements: readInvokePolicy(document, one.arn, where) };
  });
  for (const [at, { arn, where }] of policies.entries()) {
    const other = policies.slice(0, at).find((one) => one.arn === arn);
    if (other === undefined) continue;
    const found = `the ARN of ${other.where}`;
    throw new TemplateError(where, { found, allowed: 'one policy for each ARN' });
  }
  return policies;
}

function toAliases(aliases: readonly Qualifier[]): ReadonlyMap<string, string> {
  const versionByName = new Map<string, string>();
  for (const { logicalId, properties, arn } of aliases) {
    const name = toQualifier(arn);
    if (!/^(?!\d+$)[\w-]{1,128}$/.test(name)) {
      const allowed = '1 to 128 letters, digits, - and _, not only digits';
      throw new TemplateError(`${logicalId}, Name`, { found: name, allowed });
    }
    if (versionByName.has(name)) {
      throw new TemplateError(`${logicalId}, Name`, { found: `${name} twice`, allowed: 'once' });
    }
    versionByName.set(name, textAt(properties['FunctionVersion'], `${logicalId}, FunctionVersion`));
  }
  return versionByName;
}

/** Lambda refuses the policy of an unknown function, version or alias. */
function requireTarget(arn: string, where: string, all: readonly FunctionAccess[]): void {
  const targets = all.flatMap(({ functionArn, versions, aliases }) => [
    functionArn,
    ...[...versions, ...aliases.keys()].map((qualifier) => `${functionArn}:${qualifier}`),
  ]);
  if (targets.includes(arn)) return;
  throw new TemplateError(where, { found: `a policy of ${arn}`, allowed: targets.join(', ') });
}

function toQualifier(arn: string): string {
  return arn.split(':')[7] ?? '';
}
