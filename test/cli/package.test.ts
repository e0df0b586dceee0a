import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bridgeYaml, runCli } from './setup.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'package-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs `package` with a route file in memory, and with other options than usual. */
function packageTo(out: string, more: readonly string[] = [], text = bridgeYaml) {
  const usual = [
    '--config',
    'bridge.yaml',
    '--bucket',
    'my-templates',
    '--out',
    join(directory, out),
  ];
  const words = usual.flatMap((word, at) =>
    at % 2 === 1 || more.includes(word) ? [] : [word, usual[at + 1] ?? ''],
  );
  return runCli(['package', ...words, ...more], { files: { 'bridge.yaml': text } });
}

describe('package', () => {
  test('writes a package, and prints how to deploy it', async () => {
    const { code, stdout } = await packageTo('first', [
      '--prefix',
      'autosys',
      '--region',
      'eu-west-1',
    ]);

    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^written: .*first\nbridge\.template\.json: \d+ bytes, \d+ resources, 4 parameters\n/,
    );
    expect(stdout).toContain('aws s3 cp code s3://my-templates/autosys/code/ --recursive\n');
    expect(stdout).toContain(
      '--template-url https://my-templates.s3.eu-west-1.amazonaws.com/autosys/bridge.template.json --capabilities CAPABILITY_IAM\n',
    );
    expect(readdirSync(join(directory, 'first')).toSorted()).toEqual([
      'README.txt',
      'SHA256SUMS',
      'bridge.template.json',
      'code',
      'package-manifest.json',
      'terraform',
    ]);
  });

  test('replaces it, and prints its figures as JSON', async () => {
    const { code, stdout } = await packageTo('first', ['--vpc', '--json']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      directory: join(directory, 'first'),
      stackName: 'AutosysBridge',
      bridge: { capability: 'CAPABILITY_IAM', parameters: expect.arrayContaining(['VpcId']) },
      code: { files: 3 },
    });
  });
});

describe('package ends with 2 and writes nothing', () => {
  test.for([
    { more: ['--bucket', 'My.Bucket'], says: '--bucket: found "My.Bucket"' },
    { more: ['--prefix', '/autosys'], says: '--prefix: found "/autosys"' },
    { more: ['--region', 'Ireland'], says: '--region: found "Ireland", allowed: a Region' },
    { more: ['--account', '1111'], says: '--account: found "1111", allowed: an account' },
    {
      more: ['--set', 'vpcId=vpc-1'],
      says: 'setting vpcId: found "vpc-1", allowed: the parameter',
    },
    { more: ['--set', 'maxRules'], says: '--set: expected NAME=VALUE' },
    { more: ['--config', '-'], says: '--config: found -, allowed: the path of a route file' },
    { more: ['--out', ''], says: '--out: expected a value, found none' },
    { more: ['--check-aws'], says: '--check-aws: found no Region of the stack' },
  ])('for $more', async ({ more, says }) => {
    const { code, stdout, stderr } = await packageTo('wrong', more);

    expect(stderr).toContain(says);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(readdirSync(directory)).not.toContain('wrong');
  });

  test('without any option, with every missing one', async () => {
    const { code, stderr } = await runCli(['package']);

    expect(code).toBe(2);
    for (const name of ['config', 'bucket', 'out']) {
      expect(stderr).toContain(`--${name}: expected a value, found none`);
    }
  });
});

describe('package ends with 1 and writes nothing', () => {
  test('for a route file with faults', async () => {
    const { code, stderr } = await packageTo('wrong', [], bridgeYaml.replace('secret:', 'scret:'));

    expect(stderr).toMatch(/bridge\.yaml:\d+:\d+: /);
    expect(code).toBe(1);
    expect(readdirSync(directory)).not.toContain('wrong');
  });

  test('for a setting that the stack refuses', async () => {
    const { code, stderr } = await packageTo('wrong', ['--set', 'maxConcurrency=1']);

    expect(stderr).toContain('maxConcurrency: found 1, allowed: 2 to 1,000');
    expect(stderr).not.toContain('unexpected error');
    expect(code).toBe(1);
    expect(readdirSync(directory)).not.toContain('wrong');
  });

  test('for more rules than the Region allows', async () => {
    const { code, stderr } = await packageTo('wrong', ['--set', 'maxRules=1']);

    expect(stderr).toMatch(/maxRules: the routes need \d+ EventBridge rules/);
    expect(code).toBe(1);
    expect(readdirSync(directory)).not.toContain('wrong');
  });

  test('for a directory with other files', async () => {
    mkdirSync(join(directory, 'mine'));
    writeFileSync(join(directory, 'mine', 'notes.txt'), 'x');

    const { code, stderr } = await packageTo('mine');

    expect(stderr).toContain('found notes.txt, but no package-manifest.json');
    expect(code).toBe(1);
    expect(readdirSync(join(directory, 'mine'))).toEqual(['notes.txt']);
  });
});
