import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const pages = ['README.md', 'docs/try.md'];
const text = pages.map((page) => readFileSync(join(root, page), 'utf8')).join('\n');

/** Fenced commands: `sh` runs to its end, `sh terminal` keeps running during the blocks after it. */
const blocks = [...text.matchAll(/^```sh(?<stays> terminal)?\n(?<text>[\s\S]*?)^```$/gm)].map(
  ({ groups }) => ({
    stays: groups?.['stays'] !== undefined,
    lines: (groups?.['text'] ?? '').split('\n').filter((line) => line !== ''),
  }),
);
const lines = blocks.flatMap((block) => block.lines);

/** Run by `.ci/run`: here they would run this test again, or replace the installed packages. */
const runByIntegration = ['npm ci && npm run demo', 'npm ci && npm test'];
const namedInText = ['npm run synth', 'npm run test:deploy'];

const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe('the commands of README.md and docs/try.md', () => {
  let directory: string;
  /** The command is installed there as the page says. */
  let home: NodeJS.ProcessEnv;
  let port: string;
  let terminal: ChildProcess;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'readme-'));
    home = {
      ...process.env,
      HOME: directory,
      PATH: [join(directory, '.local/bin'), process.env['PATH']].join(delimiter),
    };
    const install = blocks.find((block) => block.lines.includes('npm run -s build:cli'));
    await runScript(install?.lines ?? []);
    port = await findFreePort();
    const [command = ''] = blocks.find((block) => block.stays)?.lines ?? [];
    terminal = spawn('sh', ['-c', `exec ${here(command)}`], {
      cwd: root,
      env: home,
      detached: true,
    });
    await new Promise((resolve, reject) => {
      terminal.stderr?.on('data', (chunk) => String(chunk).includes(port) && resolve(undefined));
      terminal.on('exit', reject);
    });
  });

  afterAll(() => {
    // The whole group: npm starts a shell, the shell starts node.
    if (terminal?.pid !== undefined) process.kill(-terminal.pid, 'SIGTERM');
    rmSync(directory, { recursive: true });
  });

  /** Another port, since 9443 may be in use, and a CA file outside of the project. */
  function here(line: string): string {
    return line.replaceAll('9443', port).replaceAll(/\bca\.pem\b/g, join(directory, 'ca.pem'));
  }

  function runScript(script: readonly string[]) {
    return promisify(execFile)('sh', ['-ec', script.join('\n')], { cwd: root, env: home });
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
      const { stdout } = await runScript([...settings, line].map(here));

      expect(stdout).not.toMatch(/CAUAJM_E|Unauthorized|HTTP Status/);
    },
  );

  test.for([...runByIntegration, ...namedInText])('are run by .ci/run: %s', (line) => {
    const script = readFileSync(join(root, '.ci/run'), 'utf8');

    expect(text).toContain(line);
    for (const command of line.split(' && ')) expect(script).toContain(command);
  });
});

async function findFreePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return String(address.port);
}
