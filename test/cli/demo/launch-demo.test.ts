import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { expectedLaunches } from '../../../cli/demo/launch-night.ts';
import { blocksOf } from '../../support/documents.ts';

const root = join(import.meta.dirname, '../../..');

/** Runs the demo, or what a wrong command line prints, and returns its lines and exit code. */
async function runDemo(...argv: readonly string[]) {
  const done = promisify(execFile)(process.execPath, [join(root, 'cli/main.ts'), 'demo', ...argv], {
    cwd: root,
    maxBuffer: 16_777_216,
  });
  return done.then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

/** Text blocks that no job of the demo prints: HTTP job, restart, profile. The law tests check them. */
const others = /^ACTIVE|^restart of|^\S+ continues |^\[profile/;

/** Lines of the command in docs/launch.md. */
const samples = blocksOf('docs/launch.md', 'text')
  .filter(({ text }) => !others.test(text))
  .flatMap(({ text }) => text.split('\n'));

/** A line of the command without what differs between two runs: times, dates, job and run number. */
function toComparable(line: string): string {
  return line
    .trim()
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/\d{4}-\d\d-\d\d/g, 'DATE')
    .replaceAll(/NIGHT_[A-Z]+(?:_[A-Z]+)*/g, 'JOB')
    .replaceAll(/(?<=-r|run )\d+(?=t1-|, try 1)/g, 'N');
}

test('demo launch shows jobs start, wait, end with their code, and be killed with proof', {
  timeout: 240_000,
}, async () => {
  const { code, stdout } = await runDemo('launch', '--json');
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line: string) => JSON.parse(line));
  const texts = lines.map(({ text }: { text?: string }) => text ?? '');

  expect(lines.at(-1)).toMatchObject({
    endings: expectedLaunches.map(({ job }) => ({ job, asExpected: true })),
    active: 0,
  });
  expect(code).toBe(0);
  // The diagnosis of a failed run is printed once, with its failing state.
  const diagnoses = texts.filter((text: string) => text.includes('Rates.NoData: no rates'));
  expect(diagnoses).toEqual([expect.stringContaining('failed in state Rates')]);

  const printed = texts.map(toComparable);
  const isPrinted = (sample: string) =>
    sample.endsWith('…')
      ? printed.some((line: string) => line.startsWith(sample.slice(0, -1)))
      : printed.includes(sample);
  expect(samples.length).toBeGreaterThan(15);
  expect(samples.map(toComparable).filter((sample) => !isPrinted(sample))).toEqual([]);
});

test('demo launch refuses options of the other demo, and other words', async () => {
  const results = await Promise.all([runDemo('launch', '--pace', '1'), runDemo('lunch')]);

  expect(results.map(({ code }) => code)).toEqual([2, 2]);
  expect(results[0]?.stderr).toContain('--pace: not used by demo launch');
  expect(results[1]?.stderr).toContain('expected nothing or launch, found "lunch"');
});

test('the demo has the jobs of examples/launch.jil', () => {
  const jil = readFileSync(join(root, 'examples/launch.jil'), 'utf8');
  const jobs = [...jil.matchAll(/^insert_job: (\S+)/gm)].map(([, job]) => job);

  expect(expectedLaunches.map(({ job }) => job)).toEqual(jobs);
});
