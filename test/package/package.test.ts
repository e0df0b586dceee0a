import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installPackage, type Project } from './installed.ts';

const cdkApp = `
import { App, Stack } from 'aws-cdk-lib';
import { AutosysBridge, readBridgeConfig } from 'autosys-aws-bridge';

const app = new App();
for (const name of ['Payments', 'Risk']) {
  const stack = new Stack(app, name);
  const bridge = new AutosysBridge(stack, 'Bridge', {
    config: readBridgeConfig(name.toLowerCase() + '.yaml'),
    alarmPrefix: name,
    maxConcurrency: 3,
  });
  bridge.queue.queueArn.toLowerCase();
}
const { stacks } = app.synth();
console.log(JSON.stringify(stacks.map(({ template }) =>
  Object.values(template.Resources)
    .filter(({ Type }: any) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }: any) => Properties.Code.S3Key))));
`;

const routeFile = (stateMachine: string) => `
instances:
  ACE: { endpoints: [https://autosys.example.com:9443], secret: autosys/ACE }
routes:
  - { name: theirs, from: { stateMachine: ${stateMachine} }, global: THEIRS }
`;

/** A strict configuration, as another project may have. */
const strictTsconfig = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2024',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  },
  files: ['app.ts'],
};

describe('the package in another CDK app', () => {
  let project: Project;

  beforeAll(async () => {
    project = await installPackage();
    await project.write('package.json', '{ "type": "module", "private": true }');
    await project.write('package-lock.json', '{ "lockfileVersion": 3 }');
    await project.write('tsconfig.json', JSON.stringify(strictTsconfig));
    await project.write('app.ts', cdkApp);
    await project.write('payments.yaml', routeFile('payments'));
    await project.write('risk.yaml', routeFile('risk'));
  }, 120_000);

  afterAll(async () => {
    await project[Symbol.asyncDispose]();
  });

  test('has valid types', async () => {
    await expect(project.node('node_modules/typescript/bin/tsc')).resolves.toBe('');
  });

  test('creates two bridges with different routes and separate bundles', async () => {
    const out = await project.node('app.ts');

    const [payments, risk] = JSON.parse(out.trim().split('\n').at(-1) ?? '') as string[][];
    expect(payments).toHaveLength(3);
    expect(new Set([...(payments ?? []), ...(risk ?? [])]).size).toBe(6);
  });
});
