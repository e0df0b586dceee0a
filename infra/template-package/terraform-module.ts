/** What a Terraform module deploys. */
export interface TerraformModuleOptions {
  readonly stackName: string;
  readonly bucket: string;
  /** Empty, or ends with `/`. */
  readonly prefix: string;
  readonly capability: string;
  /** Whether the template has the parameters of a network. */
  readonly inVpc: boolean;
  /** Whether the package has a template of sources. */
  readonly hasSource: boolean;
  /** Names of the outputs of the stack, in the template's order. */
  readonly outputs: readonly string[];
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  /** In the syntax of Terraform. @default - required */
  readonly default?: string;
}

/**
 * Returns the files of a Terraform module that uploads a package and deploys it, in the form of
 * `terraform fmt`.
 *
 * Resources and arguments are those of the documentation of the AWS provider. The module has never
 * been applied.
 */
export function toTerraformModule(
  options: TerraformModuleOptions,
): Readonly<Record<string, string>> {
  return {
    'versions.tf': versions,
    'variables.tf': toVariables(options).map(formatVariable).join('\n'),
    'main.tf': [
      formatLocals(options),
      bucketData,
      formatUpload(options.hasSource),
      formatStack(options),
    ].join('\n'),
    'outputs.tf': formatOutputs(options),
  };
}

const versions = `terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}
`;

function toVariables({ stackName, bucket, prefix, inVpc }: TerraformModuleOptions) {
  const variables: readonly Variable[] = [
    {
      name: 'stack_name',
      type: 'string',
      description: 'Name of the CloudFormation stack',
      default: quote(stackName),
    },
    {
      name: 'bucket',
      type: 'string',
      description:
        'Existing S3 bucket for templates and code, in the Region of the stack, because Lambda reads code in its own Region only',
      default: quote(bucket),
    },
    {
      name: 'prefix',
      type: 'string',
      description: 'Prefix of the keys in the bucket. Empty, or ends with /',
      default: quote(prefix),
    },
    ...(inVpc ? networkVariables : []),
    {
      name: 'alarm_topic_arn',
      type: 'string',
      description:
        'ARN of an SNS topic in the Region of the stack that is notified of alarms. Empty: a new topic',
      default: '""',
    },
    {
      name: 'alarm_email',
      type: 'string',
      description:
        'E-mail address that is subscribed to the new topic. Empty: none. Only without alarm_topic_arn',
      default: '""',
    },
    {
      name: 'iam_role_arn',
      type: 'string',
      description: 'ARN of a role that CloudFormation assumes. Null: your own permissions',
      default: 'null',
    },
    {
      name: 'tags',
      type: 'map(string)',
      description: 'Tags of the stack, which CloudFormation sets on its resources',
      default: '{}',
    },
  ];
  return variables;
}

const networkVariables: readonly Variable[] = [
  {
    name: 'vpc_id',
    type: 'string',
    description: 'VPC of the functions. It needs a way to AutoSys and to the APIs of AWS',
  },
  {
    name: 'subnet_ids',
    type: 'list(string)',
    description: 'Private subnets of the functions in this VPC, 1 to 8',
  },
  {
    name: 'security_group_ids',
    type: 'list(string)',
    description:
      'Security groups of the functions. Empty: a new group with egress to AutoSys and to AWS',
    default: '[]',
  },
];

function formatVariable({ name, type, description, default: value }: Variable): string {
  return formatBlock(`variable "${name}"`, {
    type,
    description: quote(description),
    ...(value !== undefined && { default: value }),
  });
}

function formatLocals({ hasSource }: TerraformModuleOptions): string {
  const file = (name: string) => `"\${path.module}/../${name}"`;
  return formatBlock('locals', {
    code_directory: file('code'),
    template_file: file('bridge.template.json'),
    ...(hasSource && { source_template_file: file('source.template.json') }),
  });
}

const bucketData = `# Fails with a clear message if the bucket does not exist.
data "aws_s3_bucket" "package" {
  bucket = var.bucket
}
`;

/** A stack must still find its former code when an update is rolled back. */
const keepFormer = `
  # A former object is deleted after the stack has been updated: a rollback needs it.
  lifecycle {
    create_before_destroy = true
  }
`;

function formatUpload(hasSource: boolean): string {
  const code = `resource "aws_s3_object" "code" {
  for_each = fileset(local.code_directory, "*.zip")

  bucket      = data.aws_s3_bucket.package.id
  key         = "\${var.prefix}code/\${each.value}"
  source      = "\${local.code_directory}/\${each.value}"
  source_hash = filemd5("\${local.code_directory}/\${each.value}")
${keepFormer}}
`;
  const template = (name: string, file: string) => `
# The digest in the key changes the URL, so that Terraform updates the stack.
resource "aws_s3_object" "${name}" {
  bucket       = data.aws_s3_bucket.package.id
  key          = "\${var.prefix}${file}-\${substr(filesha256(local.${name}_file), 0, 16)}.template.json"
  source       = local.${name}_file
  source_hash  = filemd5(local.${name}_file)
  content_type = "application/json"
${keepFormer}}
`;
  return [
    code,
    template('template', 'bridge'),
    ...(hasSource ? [template('source_template', 'source')] : []),
  ].join('');
}

function formatStack({ capability, inVpc }: TerraformModuleOptions): string {
  const parameters = {
    CodeBucket: 'var.bucket',
    CodePrefix: 'var.prefix',
    ...(inVpc && {
      VpcId: 'var.vpc_id',
      SubnetIds: 'join(",", var.subnet_ids)',
      SecurityGroupIds: 'join(",", var.security_group_ids)',
    }),
    AlarmTopicArn: 'var.alarm_topic_arn',
    AlarmEmail: 'var.alarm_email',
  };
  const given = alignArguments({
    name: 'var.stack_name',
    template_url: toUrl('template'),
    capabilities: `["${capability}"]`,
    iam_role_arn: 'var.iam_role_arn',
    tags: 'var.tags',
  });
  return `resource "aws_cloudformation_stack" "bridge" {
${indent(given)}

  parameters = {
${indent(indent(alignArguments(parameters)))}
  }

  # The template names the code by its digest only.
  depends_on = [aws_s3_object.code]
}
`;
}

function formatOutputs({ hasSource, outputs }: TerraformModuleOptions): string {
  const all = formatBlock('output "outputs"', {
    description: quote(`Outputs of the stack: ${outputs.join(', ')}`),
    value: 'aws_cloudformation_stack.bridge.outputs',
  });
  const source = formatBlock('output "source_template_url"', {
    description: quote('URL of the template of the sources, for a StackSet'),
    value: toUrl('source_template'),
  });
  return hasSource ? `${all}\n${source}` : all;
}

function toUrl(object: string): string {
  return `"https://\${data.aws_s3_bucket.package.bucket_regional_domain_name}/\${aws_s3_object.${object}.key}"`;
}

function formatBlock(head: string, given: Readonly<Record<string, string>>): string {
  return `${head} {\n${indent(alignArguments(given))}\n}\n`;
}

/** Aligns the equals signs of arguments on consecutive lines. */
function alignArguments(given: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(given).map((name) => name.length));
  return Object.entries(given)
    .map(([name, value]) => `${name.padEnd(width)} = ${value}`)
    .join('\n');
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

/** A string of Terraform, in which `${` and `%{` begin a template. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, (sign) => sign + sign);
}
