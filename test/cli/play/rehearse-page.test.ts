import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type InstalledCommand, installCommand } from '../../support/command-on-path.ts';
import { readDocument } from '../../support/documents.ts';

const root = join(import.meta.dirname, '../../..');
const page = readDocument('docs/rehearse.md');

/** A shell block, and the text block that follows it. */
interface Step {
  readonly title: string;
  readonly script: string;
  /** Repeated until the output is as expected. The reader is asked to do so. */
  readonly repeats: boolean;
  /** Lines that are printed, in this order. */
  readonly expected: readonly string[];
}

const blockForm =
  /^```sh(?<mode> \w+)?\n(?<script>[\s\S]*?)^```\n(?:\n```text\n(?<expected>[\s\S]*?)^```\n)?/gm;
const blocks = [...page.matchAll(blockForm)].map(({ groups = {} }) => ({
  mode: (groups['mode'] ?? '').trim(),
  script: groups['script'] ?? '',
  expected: (groups['expected'] ?? '').split('\n').filter((line) => line !== ''),
}));
const [terminal] = blocks.filter(({ mode }) => mode === 'terminal');
const steps: readonly Step[] = blocks
  .filter(({ mode, script }) => mode !== 'terminal' && !script.startsWith('. '))
  .map(({ mode, script, expected }, at) => ({
    title: `${at + 1}: ${script.trim().replaceAll('autosys-bridge ', '').replaceAll('\n', '; ')}`,
    repeats: mode === 'repeat',
    ...{ script, expected },
  }));

/** The shortest part of the lines that has each expected line, in order; `…` is any text. */
function findMissing(printed: readonly string[], expected: readonly string[]): string | undefined {
  let from = 0;
  for (const line of expected) {
    const parts = line.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const form = new RegExp(`^${parts.join('.*')}$`);
    const at = printed.findIndex((one, index) => index >= from && form.test(one.trimEnd()));
    if (at === -1) return line;
    from = at + 1;
  }
  return undefined;
}

describe('the commands of docs/rehearse.md', () => {
  /** The circuit breaker waits up to five minutes after a long outage. */
  const repeatWithinMs = 360_000;
  let command: InstalledCommand;
  let directory: string;
  let demo: ChildProcess;

  beforeAll(async () => {
    command = await installCommand();
    directory = mkdtempSync(join(tmpdir(), 'rehearse-'));
    const script = (terminal?.script ?? '').replaceAll('demo.env', join(directory, 'demo.env'));
    demo = spawn('sh', ['-c', `exec ${script}`], { cwd: root, detached: true });
    const output: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const onText = (chunk: unknown) => {
        output.push(String(chunk));
        if (output.join('').includes('Press Ctrl+C to stop')) resolve();
      };
      demo.stderr?.on('data', onText);
      demo.stdout?.on('data', onText);
      demo.on('exit', () => reject(new Error(output.join('').slice(-4_000))));
    });
  }, 300_000);

  afterAll(async () => {
    // The whole group: npm starts a shell, the shell starts node.
    if (demo.exitCode === null && demo.pid !== undefined) {
      const ended = once(demo, 'exit');
      process.kill(-demo.pid, 'SIGTERM');
      await ended;
    }
    rmSync(directory, { recursive: true });
    command[Symbol.dispose]();
  }, 60_000);

  /** Runs a block as a reader does, in the environment of the demo. */
  async function runBlock(script: string): Promise<{ code: number; printed: readonly string[] }> {
    const text = `. ${join(directory, 'demo.env')}\n${script}`;
    const child = spawn('sh', ['-ec', text], { cwd: root, env: command.env });
    const out: string[] = [];
    child.stdout.on('data', (chunk) => out.push(String(chunk)));
    child.stderr.on('data', (chunk) => out.push(String(chunk)));
    const [code] = await once(child, 'close');
    return { code, printed: out.join('').split('\n') };
  }

  test('exist for the start and the five incidents', () => {
    expect(terminal?.script).toContain('demo -- --serve --env-out demo.env');
    expect(steps.length).toBeGreaterThan(15);
    expect(steps.filter(({ expected }) => expected.length === 0)).toEqual([]);
  });

  test.for(steps)('print what the page shows: $title', { timeout: 480_000 }, async (step) => {
    const until = Date.now() + repeatWithinMs;
    let result = await runBlock(step.script);
    // In the first seconds no sweep run has recorded the groups, so `tonight` ends with 3.
    const isDone = () => result.code === 0 && !findMissing(result.printed, step.expected);
    while (step.repeats && !isDone() && Date.now() < until) {
      await sleep(1_000);
      result = await runBlock(step.script);
    }

    const missing = findMissing(result.printed, step.expected);
    expect({ missing, printed: missing === undefined ? [] : result.printed }).toEqual({
      missing: undefined,
      printed: [],
    });
    expect(result.code).toBe(0);
  });
});

describe('the comparison with the page', () => {
  test.for([
    { printed: ['a b', 'c'], expected: ['a …', 'c'], missing: undefined },
    { printed: ['c', 'a b'], expected: ['a …', 'c'], missing: 'c' },
    { printed: ['a.b'], expected: ['a+b'], missing: 'a+b' },
    { printed: ['x a'], expected: ['a'], missing: 'a' },
  ])('of $printed with $expected finds $missing', ({ printed, expected, missing }) => {
    expect(findMissing(printed, expected)).toBe(missing);
  });
});
