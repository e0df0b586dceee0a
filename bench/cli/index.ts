import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCli, cliBundlePath } from '../../cli/build-cli.ts';
import type { Benchmark, Figures } from '../benchmark.ts';
import { measureAlternately, ratio } from '../rounds.ts';
import { median } from '../statistics.ts';

const example = join(import.meta.dirname, '../../examples/bridge.yaml');

/** The command lines that are measured, by what they are called in the table. */
const commandLines = {
  'node -e 0': ['-e', '0'],
  '--version': ['--version'],
  '--help': ['--help'],
  validate: ['validate', example],
  'validate --json': ['validate', example, '--json'],
} as const;

type CommandName = keyof typeof commandLines;
const baseline = 'node -e 0';
const names = Object.keys(commandLines) as CommandName[];

/** How large the one file may be, and how slowly it may start. */
const goals = { bytes: 3_000_000, version: 2.5, validate: 7 };

/** The one file: its size, and its start compared with that of Node.js alone. */
export const cli: Benchmark = {
  name: 'cli',
  question: 'how large the command is as one file, and how long it takes to start',
  run: async ({ quick, onProgress }) => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-cli-'));
    try {
      onProgress('bundling');
      const file = join(folder, 'autosys-bridge.mjs');
      const { bytes } = await buildCli(file);
      const contenders = Object.fromEntries(
        names.map((name) => [name, () => measureStart(file, name)]),
      ) as Record<CommandName, () => Promise<number>>;
      const measured = await measureAlternately(contenders, { rounds: quick ? 3 : 40 });
      return toFigures(bytes, measured);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** Milliseconds from the start of the process to its end. @throws if it fails */
async function measureStart(file: string, name: CommandName): Promise<number> {
  const argv = name === baseline ? commandLines[name] : [file, ...commandLines[name]];
  const startedMs = performance.now();
  const child = spawn(process.execPath, argv, { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${name}: expected exit code 0, found ${code}`);
  return performance.now() - startedMs;
}

function toFigures(
  bytes: number,
  measured: Readonly<Record<CommandName, readonly number[]>>,
): Figures {
  const toRatio = (name: CommandName) => ratio(measured[name], measured[baseline]);
  return {
    tables: [
      {
        title: 'Start of a process, to its end',
        columns: ['command', 'ms', 'times `node -e 0`'],
        rows: names.map((name) => [`\`${name}\``, median(measured[name]), toRatio(name)]),
      },
    ],
    aims: [
      { what: `bytes of ${cliBundlePath}`, atMost: goals.bytes, found: bytes },
      { what: '--version, times node -e 0', atMost: goals.version, found: toRatio('--version') },
      { what: 'validate, times node -e 0', atMost: goals.validate, found: toRatio('validate') },
    ],
    notes: [
      'each command is started in turn, and each ratio is taken within one round.',
      'validate checks examples/bridge.yaml.',
    ],
  };
}
