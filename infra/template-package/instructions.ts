/** What the instructions name. */
export interface InstructionOptions {
  readonly stackName: string;
  readonly bucket: string;
  /** Empty, or ends with `/`. */
  readonly prefix: string;
  /** @default - a placeholder */
  readonly region?: string;
  readonly capability: string;
  readonly inVpc: boolean;
  readonly hasSource: boolean;
}

/** Values that only the receiver of a package knows. */
const network = {
  VpcId: 'vpc-0a1b2c3d',
  SubnetIds: 'subnet-0a1b2c3d\\,subnet-0e4f5a6b',
} as const;

/**
 * Returns the commands that deploy a package, for a shell in its directory. Values that the package
 * does not know are examples.
 */
export function toInstructions(options: InstructionOptions): readonly string[] {
  const { stackName, bucket, prefix, region = 'REGION', capability, inVpc, hasSource } = options;
  const parameters = inVpc
    ? Object.entries(network).map(
        ([name, value]) => `ParameterKey=${name},ParameterValue='${value}'`,
      )
    : [];
  const url = `https://${bucket}.s3.${region}.amazonaws.com/${prefix}bridge.template.json`;
  return [
    'sha256sum --check SHA256SUMS',
    `aws s3 cp code s3://${bucket}/${prefix}code/ --recursive`,
    `aws s3 cp bridge.template.json s3://${bucket}/${prefix}bridge.template.json`,
    ...(hasSource
      ? [`aws s3 cp source.template.json s3://${bucket}/${prefix}source.template.json`]
      : []),
    [
      `aws cloudformation create-change-set --stack-name ${stackName} --change-set-name bridge --change-set-type CREATE`,
      `--template-url ${url} --capabilities ${capability}`,
      ...(parameters.length > 0 ? [`--parameters ${parameters.join(' ')}`] : []),
    ].join(' '),
    `aws cloudformation wait change-set-create-complete --stack-name ${stackName} --change-set-name bridge`,
    `aws cloudformation describe-change-set --stack-name ${stackName} --change-set-name bridge`,
    `aws cloudformation execute-change-set --stack-name ${stackName} --change-set-name bridge`,
    `aws cloudformation wait stack-create-complete --stack-name ${stackName}`,
  ];
}

/** The text of README.txt in a package. */
export function formatReadme(options: InstructionOptions): string {
  return [
    'AutoSys bridge: templates and code for a deployment without CDK.',
    '',
    'Run these commands in this directory. The bucket must be in the Region of the stack, because',
    'Lambda reads code in its own Region only. For an upgrade, use --change-set-type UPDATE and',
    'wait for stack-update-complete. Values such as vpc-0a1b2c3d and REGION are examples.',
    '',
    ...toInstructions(options),
    '',
    'With Terraform, use the module in the directory terraform instead.',
    'docs/cloudformation.md and docs/terraform.md of the AutoSys bridge describe both ways.',
    '',
  ].join('\n');
}
