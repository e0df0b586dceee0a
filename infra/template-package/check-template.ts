import type { TemplateDocument } from './synthesize-templates.ts';

/** Quotas of CloudFormation for a template in a bucket (user guide). None can be raised. */
export const templateLimits = {
  bytes: 1_000_000,
  resources: 500,
  parameters: 200,
  outputs: 200,
} as const;

/** A template as text, with the figures that CloudFormation limits. */
export interface TemplateText {
  readonly text: string;
  readonly bytes: number;
  readonly resources: number;
  readonly parameters: readonly string[];
  /** What a deployment must allow. */
  readonly capability: 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM';
}

/**
 * Writes a template as JSON, with indentation if there is room for it.
 *
 * @throws {Error} lists every quota that it exceeds
 */
export function formatTemplate(name: string, template: TemplateDocument): TemplateText {
  const readable = `${JSON.stringify(template, undefined, 1)}\n`;
  const text = toBytes(readable) <= templateLimits.bytes ? readable : JSON.stringify(template);
  const bytes = toBytes(text);
  const {
    Resources: resources = {},
    Parameters: parameters = {},
    Outputs: outputs = {},
  } = template;
  const found = {
    bytes,
    resources: countKeys(resources),
    parameters: countKeys(parameters),
    outputs: countKeys(outputs),
  };
  const faults = Object.entries(templateLimits).flatMap(([what, limit]) => {
    const count = found[what as keyof typeof found];
    return count <= limit
      ? []
      : [
          `${name}: found ${count} ${what}, allowed: ${limit}, the quota of CloudFormation; select workloads by globs such as night-*, split the route file into two bridges, or set rules: wide`,
        ];
  });
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return {
    text,
    bytes,
    resources: found.resources,
    parameters: Object.keys(parameters as object),
    capability: hasNamedRole(resources) ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM',
  };
}

function toBytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

function countKeys(value: unknown): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

/** Names of IAM resources need another capability (documented). */
function hasNamedRole(resources: unknown): boolean {
  return /"(?:RoleName|ManagedPolicyName|UserName|GroupName|InstanceProfileName)":/.test(
    JSON.stringify(resources),
  );
}
