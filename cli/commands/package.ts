import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeProblem } from '../../autosys/source.ts';
import type { RouteFile } from '../../route-file/index.ts';
import { type CommandInvocation, defineCommand } from '../command.ts';
import { programName } from '../command-prefix.ts';
import { readConfig } from '../config.ts';
import { CommandLineError, exitCodes, PackageError } from '../exit-code.ts';
import { programVersion } from '../program-build.ts';
import { printJson, printLines, printNotes } from '../render.ts';
import {
  describeBucketFault,
  describePrefixFault,
  toKeyPrefix,
} from '../template-package/bucket-name.ts';
import { checkAws } from '../template-package/check-aws.ts';
import { checkReplaceable, writePackage } from '../template-package/package-directory.ts';
import { readGivenSettings } from '../template-package/read-settings.ts';

const options = {
  config: { type: 'string', value: 'FILE', about: 'route file, such as bridge.yaml' },
  bucket: {
    type: 'string',
    value: 'NAME',
    about: 'S3 bucket that will hold templates and code, in the Region of the stack',
  },
  prefix: {
    type: 'string',
    value: 'PREFIX',
    about: 'prefix of all keys in the bucket (default: none)',
  },
  out: {
    type: 'string',
    value: 'DIR',
    about: 'directory to write: new, empty, or an earlier package, which is replaced',
  },
  vpc: {
    type: 'boolean',
    about: 'run the functions in a VPC: the template gets VpcId, SubnetIds and SecurityGroupIds',
  },
  set: {
    type: 'string',
    value: 'NAME=VALUE',
    multiple: true,
    about: 'a setting, such as logRetentionDays=30',
  },
  settings: {
    type: 'string',
    value: 'FILE',
    about: 'JSON file with settings by name; --set replaces single ones',
  },
  region: {
    type: 'string',
    value: 'REGION',
    about: 'Region of the stack, whose quotas and locations are checked (default: any)',
  },
  account: {
    type: 'string',
    value: 'ACCOUNT',
    about: 'account of the stack, with which the route file is compared (default: any)',
  },
  'check-aws': {
    type: 'boolean',
    about: 'also ask AWS for the Region of the bucket and the account of your credentials',
  },
} as const;

type Invocation = CommandInvocation<typeof options>;

/** `package`: writes templates, code and a Terraform module for a deployment without CDK. */
export const packageCommand = defineCommand({
  name: 'package',
  summary: 'writes a CloudFormation template and a Terraform module for teams without CDK',
  options,
  usage: '--config FILE --bucket NAME --out DIR [options]',
  notes: [
    'Writes bridge.template.json with parameters for bucket, network and alarms, the code of the functions, checksums, a Terraform module, and README.txt with the commands that deploy it. With the setting otherAccounts or organizationId also source.template.json, for a StackSet.',
    'The settings are those of the CDK app. What a parameter of the template replaces is refused as a setting, and the message names the parameter.',
    'Lambda reads code from buckets in its own Region only. Without --check-aws, nothing is asked of AWS, and the same input gives the same bytes on every machine.',
    'An existing DIR is replaced only if it holds exactly what an earlier run has written. After an error it is as before.',
  ],
  examples: [
    'package --config bridge.yaml --bucket my-templates --out package',
    'package --config bridge.yaml --bucket my-templates --prefix autosys/ --vpc --region eu-west-1 --check-aws --out package',
    'package --config bridge.yaml --bucket my-templates --set launchVpcEndpointIds=vpce-0a1b2c3d --out package',
  ],
  run: async (invocation) => {
    const { io, json } = invocation;
    const request = readRequest(invocation);
    const library = await import('../../infra/template-package/index.ts');
    const { config: path, code, out } = request;
    const inVpc = invocation.options.vpc;
    const marks = { manifest: library.manifestFile, checksums: library.checksumFile };
    const settings = readSettings(() =>
      library.readPackageSettings(request.settings, { config: path, inVpc }),
    );
    const file = await readConfig(io, path);
    checkReplaceable(out, marks);
    const location = await locate(invocation, request);
    printNotes(io, describeWarnings(file), json);
    const made = await withWorkDirectory((workDirectory) =>
      rethrowFaults(library.describeSynthesisFault, () => {
        library.checkPackageLocation(file, settings, location);
        const { region } = location;
        const { config } = file;
        return library.createTemplatePackage(
          { config, settings, inVpc, code, workDirectory, ...(region && { region }) },
          programVersion,
        );
      }),
    );
    io.signal.throwIfAborted();
    writePackage(out, made.files, marks);
    const { bridge, source, codeFiles, codeBytes, instructions } = made;
    if (json) {
      const describe = ({ bytes, resources, parameters, capability }: typeof bridge) => ({
        ...{ bytes, resources, parameters, capability },
      });
      printJson(io.stdout, {
        ...{ directory: out, stackName: made.stackName, bridge: describe(bridge) },
        ...(source && { source: describe(source) }),
        ...{ code: { files: codeFiles, bytes: codeBytes }, instructions },
      });
      return exitCodes.done;
    }
    const count = (name: string, { bytes, resources, parameters }: typeof bridge) =>
      `${name}: ${bytes} bytes, ${resources} resources, ${parameters.length} parameters`;
    printLines(io.stdout, [
      `written: ${out}`,
      count('bridge.template.json', bridge),
      ...(source ? [count('source.template.json', source)] : []),
      `code: ${codeFiles} archives, ${codeBytes} bytes`,
      '',
      `To deploy it, run in ${out} (docs/cloudformation.md), or use the module in terraform (docs/terraform.md):`,
      '',
      ...instructions,
    ]);
    return exitCodes.done;
  },
});

/** Reads and checks the command line. @throws {CommandLineError} lists every fault */
function readRequest({ options: given, io }: Invocation) {
  const { config, bucket, out, prefix, region, account } = given;
  const { settings, faults } = readGivenSettings(io, { file: given.settings, pairs: given.set });
  const missing = Object.entries({ config, bucket, out }).flatMap(([name, value]) =>
    value === undefined || value === '' ? [`--${name}: expected a value, found none`] : [],
  );
  const invalid = [
    ...missing,
    ...(bucket ? [describeBucketFault(bucket)] : []),
    ...(prefix === undefined ? [] : [describePrefixFault(prefix)]),
    ...(region === undefined || /^[a-z]{2}(?:-[a-z]+)+-\d+$/.test(region)
      ? []
      : [`--region: found ${JSON.stringify(region)}, allowed: a Region, such as eu-west-1`]),
    ...(account === undefined || /^\d{12}$/.test(account)
      ? []
      : [`--account: found ${JSON.stringify(account)}, allowed: an account of twelve digits`]),
    ...(config === '-' ? ['--config: found -, allowed: the path of a route file'] : []),
    ...faults,
  ].filter((fault) => fault !== undefined);
  if (invalid.length > 0 || config === undefined || bucket === undefined || out === undefined) {
    throw new CommandLineError('package', invalid);
  }
  return { config, out, settings, code: { bucket, prefix: toKeyPrefix(prefix) } };
}

/** Account and Region of the stack: those of the options, with --check-aws also those of AWS. */
async function locate(
  { options: given, io }: Invocation,
  { code: { bucket } }: ReturnType<typeof readRequest>,
) {
  const { account } = given;
  if (!given['check-aws']) {
    const { region } = given;
    return { ...(region && { region }), ...(account && { account }) };
  }
  const region = given.region ?? (io.env['AWS_REGION'] || io.env['AWS_DEFAULT_REGION']);
  if (!region) {
    throw new CommandLineError('package', [
      '--check-aws: found no Region of the stack; add --region, or set AWS_REGION',
    ]);
  }
  return { region, account: await checkAws(io, { bucket, region, ...(account && { account }) }) };
}

function readSettings<Settings>(read: () => Settings): Settings {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CommandLineError('package', error.message.split('\n'));
  }
}

/** Replaces faults of the synthesis, which are no faults of this program. */
function rethrowFaults<Result>(
  describe: (error: unknown) => string | undefined,
  make: () => Result,
): Result {
  try {
    return make();
  } catch (error) {
    const message = describe(error);
    throw message === undefined ? error : new PackageError(message);
  }
}

async function withWorkDirectory<Result>(use: (directory: string) => Result): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), `${programName}-`));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function describeWarnings({ source, warnings }: RouteFile): readonly string[] {
  return warnings.map((warning) => `warning: ${describeProblem(source, warning)}`);
}
