import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { toHostPath } from './packed.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const template = join(root, 'node_modules/aws-cdk/lib/init-templates/app/typescript');

/** An app of another project in a directory outside of the repository. */
export interface Consumer extends AsyncDisposable {
  readonly directory: string;
  write(file: string, text: string): void;
  /** Sets versions of packages for yarn, by name. */
  resolve(resolutions: Readonly<Record<string, string>>): void;
  /** Runs a program with the Node.js of the host first on the PATH. Resolves with its output. */
  run(program: string, ...args: readonly string[]): Promise<string>;
  /** Runs the app as the CDK CLI does, and returns the routes beside each bundle. */
  synthesize(): Promise<readonly string[]>;
}

const routeFile = `
instances:
  ACE: { endpoints: [https://autosys.example.com:9443], secret: autosys/ACE }
  DEV: { endpoints: [https://dev.example.com:9443], secret: autosys/DEV }
routes:
  - { name: theirs, from: { stateMachine: settlement }, to: [ACE, DEV], global: THEIRS }
`;

/** Versions of what the template of `cdk init` leaves open, as tested. */
const versions: Readonly<Record<string, string>> = {
  '@swc/core': '1.15.3',
  '@swc/jest': '0.2.39',
  '@types/jest': '30.0.0',
  '@types/node': '24.10.1',
  jest: '30.2.0',
  tsx: '4.23.0',
  typescript: '7.0.2',
};

/**
 * Creates an app as `cdk init app --language typescript` does, with a bridge in its stack.
 *
 * @param type the kind of its modules
 */
export async function createConsumer(
  tarball: string,
  type: 'module' | 'commonjs',
): Promise<Consumer> {
  const directory = await mkdtemp(join(tmpdir(), 'consumer-'));
  const extension = type === 'module' ? '.js' : '';
  cpSync(template, directory, { recursive: true });
  for (const file of findFiles(directory)) {
    const text = readFileSync(join(directory, file), 'utf8')
      .replaceAll('%name.PascalCased%', 'Theirs')
      .replaceAll('%stackname%', 'TheirsStack')
      .replaceAll('%name%', 'theirs')
      .replaceAll("theirs-stack'", `theirs-stack${extension}'`);
    const target = join(directory, file.replaceAll('%name%', 'theirs').replace('.template.', '.'));
    rmAndWrite(join(directory, file), target, text);
  }
  const write = (file: string, text: string) => writeFileSync(join(directory, file), text);
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const { 'aws-cdk': _, ...tools } = manifest.devDependencies;
  const dependencies = {
    'aws-cdk-lib': '2.275.0',
    constructs: '10.8.1',
    'autosys-aws-bridge': `file:${tarball}`,
  };
  const devDependencies = Object.fromEntries(
    Object.keys(tools).map((name) => [name, versions[name] ?? tools[name]]),
  );
  const own = { ...manifest, type, dependencies, devDependencies };
  write('package.json', JSON.stringify(own));
  write('bridge.yaml', routeFile);
  write('lib/theirs-stack.ts', stackText);
  write('test/theirs.test.ts', testText.replace("-stack'", `-stack${extension}'`));
  const env = { ...process.env, PATH: toHostPath(), NODE_OPTIONS: '' };
  const start = async (program: string, ...args: readonly string[]) =>
    (await run(program, [...args], { cwd: directory, env })).stdout;
  return {
    directory,
    write,
    resolve: (resolutions) => write('package.json', JSON.stringify({ ...own, resolutions })),
    run: start,
    async synthesize() {
      const out = join(directory, 'cdk.out');
      const app = { ...env, CDK_OUTDIR: out };
      const tsx = join(directory, 'node_modules/.bin/tsx');
      await run(tsx, ['bin/theirs.ts'], { cwd: directory, env: app });
      return readdirSync(out)
        .filter((name) => name.startsWith('asset.'))
        .map((name) => {
          readFileSync(join(out, name, 'index.js'));
          return readFileSync(join(out, name, 'bridge.json'), 'utf8');
        });
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

const stackText = `import * as cdk from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { AutosysBridge, readBridgeConfig } from 'autosys-aws-bridge';

export class TheirsStack extends cdk.Stack {
  readonly bridge: AutosysBridge;

  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const config = readBridgeConfig('bridge.yaml');
    this.bridge = new AutosysBridge(this, 'Bridge', { config, maxConcurrency: 3 });
    this.bridge.queue.queueArn.toLowerCase();
  }
}
`;

const testText = `import * as cdk from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { TheirsStack } from '../lib/theirs-stack';

test('has the functions of the bridge', () => {
  const template = Template.fromStack(new TheirsStack(new cdk.App(), 'MyTestStack'));

  template.resourceCountIs('AWS::Lambda::Function', 3);
});
`;

function findFiles(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
}

function rmAndWrite(source: string, target: string, text: string): void {
  mkdirSync(dirname(target), { recursive: true });
  renameSync(source, target);
  writeFileSync(target, text);
}
