import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark, Figures } from './benchmark.ts';
import { cli } from './cli/index.ts';
import { cold } from './cold/index.ts';
import { drain } from './drain/index.ts';
import { growth } from './growth/index.ts';
import { handler } from './handler/index.ts';
import { hours } from './hours/index.ts';
import { launch } from './launch/index.ts';
import { printFigures } from './print.ts';
import { push } from './push/index.ts';
import { requests } from './requests/index.ts';
import { writeDocs } from './write-docs.ts';

/**
 * Runs the benchmarks: `npm run bench`, or some of them: `npm run bench -- push growth`. `--quick`
 * runs them briefly, only to show that they work. `--json FILE` sets the JSON output file (default:
 * `bench/results.json`). `--docs` also writes the figures to `docs/benchmarks.md`.
 *
 * Exits with 1 when a measurement failed, never because of a slow result.
 */
const benchmarks: readonly Benchmark[] = [
  push,
  handler,
  drain,
  growth,
  cold,
  launch,
  requests,
  hours,
  cli,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    docs: { type: 'boolean', default: false },
    json: { type: 'string', default: join(import.meta.dirname, 'results.json') },
  },
});

const known = benchmarks.map(({ name }) => name);
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`benchmark: found ${unknown.join(', ')}, allowed: ${known.join(', ')}`);
  process.exitCode = 2;
} else {
  await measure(
    benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
  );
}

async function measure(chosen: readonly Benchmark[]): Promise<void> {
  const machine = describeMachine();
  console.log(machine);
  const figures: Record<string, Figures> = {};
  for (const { name, question, run } of chosen) {
    console.log(`\n## ${name}: ${question}`);
    const onProgress = (progress: string) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${name}: ${progress}\r`);
    };
    figures[name] = await run({ quick: values.quick, onProgress });
    console.log(printFigures(figures[name]));
  }
  const at = new Date().toISOString();
  const results = { at, machine, quick: values.quick, figures };
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
  console.log(`written to ${values.json}`);
  if (!values.docs) return;
  writeDocs(join(import.meta.dirname, '../docs/benchmarks.md'), figures, { at, machine });
}

function describeMachine(): string {
  const [first, ...others] = cpus();
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  return `${others.length + 1} × ${first?.model ?? 'unknown processor'}, ${gigabytes} GB, Node.js ${process.version}, ${process.platform} ${process.arch}`;
}
