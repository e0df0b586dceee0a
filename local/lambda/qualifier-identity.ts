import type { AssemblyStack } from '../assembly.ts';
import { textAt } from '../template-error.ts';

interface QualifierIdentity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The intrinsic functions of a template. */
interface Template {
  readonly stack: AssemblyStack;
  readonly location: { readonly account: string; readonly region: string };
  resolve(value: unknown, where: string): unknown;
}

/**
 * The values of `Ref` and `Fn::GetAtt` for versions and aliases of functions; `undefined` for other
 * types. The versions of a function have the numbers 1, 2, … in the order of the template.
 *
 * Source: CloudFormation's resource reference, "Return values" of both types.
 */
export function findQualifierIdentity(
  logicalId: string,
  template: Template,
): QualifierIdentity | undefined {
  const resource = template.stack.resources[logicalId];
  if (resource?.type === 'AWS::Lambda::Version') {
    const name = readFunctionName(logicalId, template);
    const siblings = Object.entries(template.stack.resources).flatMap(([id, { type }]) =>
      type === 'AWS::Lambda::Version' && readFunctionName(id, template) === name ? [id] : [],
    );
    const version = String(siblings.indexOf(logicalId) + 1);
    const ref = `${toFunctionArn(name, template)}:${version}`;
    return { ref, attributes: { FunctionArn: ref, Version: version } };
  }
  if (resource?.type !== 'AWS::Lambda::Alias') return undefined;
  const where = `${logicalId}, Name`;
  const alias = textAt(template.resolve(resource.properties['Name'], where), where);
  const ref = `${toFunctionArn(readFunctionName(logicalId, template), template)}:${alias}`;
  return { ref, attributes: { AliasArn: ref } };
}

/** The name of the function, which the property contains as name or ARN. */
function readFunctionName(logicalId: string, { stack, resolve }: Template): string {
  const where = `${logicalId}, FunctionName`;
  const given = stack.resources[logicalId]?.properties['FunctionName'];
  const text = textAt(resolve(given, where), where);
  return text.startsWith('arn:') ? (text.split(':')[6] ?? text) : text;
}

function toFunctionArn(name: string, { location }: Template): string {
  return `arn:aws:lambda:${location.region}:${location.account}:function:${name}`;
}
