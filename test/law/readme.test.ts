import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/**
 * The fenced commands of the README: `sh` runs to its end; `sh terminal` keeps running during the
 * following commands.
 */
const blocks = [...readme.matchAll(/^```sh(?<stays> terminal)?\n(?<text>[\s\S]*?)^```$/gm)].map(
  ({ groups }) => ({
    stays: groups?.['stays'] !== undefined,
    lines: (groups?.['text'] ?? '').split('\n').filter((line) => line !== ''),
  }),
);
const lines = blocks.flatMap((block) => block.lines);

/**
 * Commands that `.ci/run` runs itself. Here they would run this test again, or install during the
 * test.
 */
const runByIntegration = [
  'npm ci && npm run demo',
  'npm ci && npm test',
  'npm run synth',
  'npm run test:deploy',
];

const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe('the commands of the README', () => {
  let directory: string;
  let port: string;
  let terminal: ChildProcess;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'readme-'));
    port = await findFreePort();
    const [command = ''] = blocks.find((block) => block.stays)?.lines ?? [];
    terminal = spawn('sh', ['-c', `exec ${here(command)}`], { cwd: root, detached: true });
    await new Promise((resolve, reject) => {
      terminal.stderr?.on('data', (chunk) => String(chunk).includes(port) && resolve(undefined));
      terminal.on('exit', reject);
    });
  });

  afterAll(() => {
    // Kills the whole group: npm starts a shell, and the shell starts node.
    if (terminal.pid !== undefined) process.kill(-terminal.pid, 'SIGTERM');
    rmSync(directory, { recursive: true });
  });

  /** The port of the README may be in use, and its CA file would be left in the project. */
  function here(line: string): string {
    return line.replaceAll('9443', port).replaceAll(/\bca\.pem\b/g, join(directory, 'ca.pem'));
  }

  const settings = lines.filter((line) => line.startsWith('export '));
  const tried = lines.filter(
    (line) =>
      !runByIntegration.includes(line) &&
      !settings.includes(line) &&
      !blocks.some((block) => block.stays && block.lines.includes(line)),
  );

  test.for(tried.filter((line) => hasCurl || !line.startsWith('curl ')))(
    'succeed: %s',
    async (line) => {
      const script = [...settings, line].map(here).join('\n');

      const { stdout } = await promisify(execFile)('sh', ['-ec', script], { cwd: root });

      expect(stdout).not.toMatch(/CAUAJM_E|Unauthorized|HTTP Status/);
    },
  );

  test.for(runByIntegration)('are run by the integration: %s', (line) => {
    const script = readFileSync(join(root, '.ci/run'), 'utf8');

    expect(lines).toContain(line);
    for (const command of line.split(' && ')) expect(script).toContain(command);
  });
});

test('the README names only files that exist', () => {
  const named = [...readme.matchAll(/\]\((?<path>[^)#:]+)/g)].map(
    ({ groups }) => groups?.['path'] ?? '',
  );

  expect(named.filter((path) => !readFileSync(join(root, path), 'utf8'))).toEqual([]);
});

async function findFreePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return String(address.port);
}
