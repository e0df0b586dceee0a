import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AutosysClient } from '../../autosys/client/index.ts';
import { parseGlobalName, parseGlobalValue } from '../../autosys/names.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const examples = fileURLToPath(new URL('../../examples', import.meta.url));

interface Access {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly caFile: string;
}

function start(...argv: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [main, ...argv]);
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Starts the program with `emulate`, and waits until it listens. */
async function startEmulate() {
  const child = start('emulate', '--port', '0', '--delay', '0', '--json', `${examples}/jobs.jil`);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const access: Access = JSON.parse((await lines.next()).value ?? '');
  const client = new AutosysClient({
    endpoints: [access.url],
    certificateAuthority: readFileSync(access.caFile, 'utf8'),
    credentials: async () => ({ username: access.user, password: access.password }),
  });
  onTestFinished(() => client.close());
  return { child, lines, access, client };
}

const setGlobal = {
  kind: 'SET_GLOBAL',
  globalVariable: parseGlobalName('X'),
  value: parseGlobalValue('1'),
} as const;

describe('the program', () => {
  test.for(['SIGTERM', 'SIGINT'] as const)(
    'runs the embedded AutoSys until %s, and deletes its files',
    async (signal) => {
      const { child, lines, access, client } = await startEmulate();

      await client.sendEvent(setGlobal);
      const happened = JSON.parse((await lines.next()).value ?? '');
      child.kill(signal);
      const [code] = await once(child, 'close');

      expect(happened).toMatchObject({ kind: 'event', because: 'SET_GLOBAL X=1' });
      expect(code).toBe(0);
      expect(existsSync(access.caFile)).toBe(false);
    },
  );

  test('ends without an error if the reader closes the output', async () => {
    const { child, client } = await startEmulate();
    const complaints: string[] = [];
    child.stderr.on('data', (chunk) => complaints.push(String(chunk)));
    child.stdout.destroy();

    await client.sendEvent(setGlobal);
    const [code] = await once(child, 'close');

    expect({ code, complaints }).toEqual({ code: 0, complaints: [] });
  });

  test.for(['stdin', 'file'] as const)('reads UTF-16 from %s', async (from) => {
    const events = readFileSync(`${examples}/events.json`, 'utf8');
    const utf16Events = Buffer.from(`\uFEFF${events}`, 'utf16le');
    const directory = mkdtempSync(join(tmpdir(), 'utf-16-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, 'events.json');
    writeFileSync(file, utf16Events);
    const event = from === 'file' ? file : '-';
    const child = start('explain', '--config', `${examples}/bridge.yaml`, '--event', event);
    child.stdin.end(from === 'file' ? '' : utf16Events);
    child.stdout.resume();

    const [code] = await once(child, 'close');

    expect(code).toBe(0);
  });

  test('reads stdin and returns its exit code', async () => {
    const child = start('explain', '--config', `${examples}/bridge.yaml`, '--event', '-', '--json');
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
    });
    child.stdin.end('nonsense\n');

    const [code] = await once(child, 'close');

    expect(code).toBe(1);
    expect(JSON.parse(printed)).toMatchObject({ counts: { matched: 0, ignored: 0, invalid: 1 } });
  });
});
