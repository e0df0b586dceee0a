import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { splitCommandLine } from '../../../autosys/command-line.ts';
import { readJil } from '../../../autosys/jil/index.ts';
import { runOptions } from '../../../cli/agent/commands/run-options.ts';
import { readTimeout } from '../../../cli/agent/time-text.ts';
import { parseOptions } from '../../../cli/parse-options.ts';
import { makeAuthority, startEmulator } from '../../../emulator/index.ts';
import { blocksOf } from '../../support/documents.ts';
import { environmentFor, runCli } from '../setup.ts';
import {
  nightCaller,
  printJilFor,
  readShipped,
  type TargetsAndCallers,
  toRouteFile,
} from './support.ts';

const authority = await makeAuthority();

/** A file with each way for each kind of target. */
const everyWay: TargetsAndCallers = {
  targets: {
    settlement: {
      stateMachine: 'settlement:live',
      params: { date: '\\d{4}-\\d{2}-\\d{2}' },
      input: { date: `\${param.date}` },
      endsWithin: '90m',
      exitCodes: { TIMED_OUT: 75, 'Rates.NoData': 4 },
      mirror: { global: 'AWS_SETTLEMENT' },
    },
    'fx-rates': {
      stateMachine: 'arn:aws:states:eu-west-1:111122223333:stateMachine:fx-rates',
      input: 'given',
      onKill: 'leave',
      onRetry: 'redrive',
      enabled: false,
      mirror: { job: 'FX_IN_AWS' },
    },
    'risk-eod': {
      jobQueue: 'night',
      jobDefinition: 'risk:7',
      params: { date: '\\d+', Date: '\\d+', parts: '[1-9]\\d{0,3}' },
      input: { date: `\${param.date}`, other: `\${param.Date}` },
      array: `\${param.parts}`,
      endsWithin: '80d',
      mirror: { global: 'AWS_RISK' },
    },
    var: { jobQueue: 'q', jobDefinition: 'd', mirror: { job: 'V@A#R.IN-AWS' } },
  },
};

const evil = 'x*/\ninsert_job:EVIL job_type:CMD\nmachine:m /*" owner: root \\"$(id)`id`';

/** Texts of a route file that could end a comment, a value, a line or a word. */
const hostile: TargetsAndCallers = {
  targets: {
    a: {
      stateMachine: "o'brien()-\u00e9-\u{1f600}-insert_job=EVIL",
      params: {
        p: '(?:a*/ insert_job: EVIL job_type: BOX|"|\\$\\(id\\)| /*b)',
        Q: 'a\n*/\ninsert_job: EVIL job_type: BOX\n/*b"',
        r: '[*/*]*/*/',
      },
      input: { p: `\${param.p}`, q: `\${param.Q}`, r: `\${param.r}` },
      exitCodes: {
        '*/insert_job:EVIL': 3,
        '"/*': 4,
        'a\u202eb\u200bc': 5,
        "$(id)`id`\\'": 6,
      },
      mirror: { global: 'A.b-C_d' },
    },
    '0': { stateMachine: 'machine:V.1-_', mirror: { job: 'NIGHT_0:@#.-' } },
  },
  callers: {
    agents: nightCaller,
    other: { ...nightCaller, secret: 't', jobs: ['N*G:H@T#*', '*'] },
  },
};

const docsBlocks = blocksOf('docs/launch.md', 'yaml').filter(({ text }) => /^callers:/m.test(text));
const firstBlock: object = parse(docsBlocks[0]?.text ?? '');

const files = [
  { name: 'examples/launch.yaml', text: readShipped('examples/launch.yaml') },
  { name: 'every way', text: toRouteFile(everyWay) },
  { name: 'hostile names', text: toRouteFile(hostile) },
  ...docsBlocks.map(({ line, text }) => ({
    name: `docs/launch.md:${line}`,
    text: JSON.stringify({ ...firstBlock, ...parse(text) }),
  })),
];

/** The jobs of a JIL text without its comments between them. */
function toDump(jil: string): string {
  const dash = '-'.repeat(17);
  return jil
    .replaceAll(/^\/\* (?!-{17} )[\s\S]*?\*\/\n/gm, '')
    .replaceAll(new RegExp(`\\n+( *)(?=/\\* ${dash})`, 'g'), '\n\n$1')
    .trim();
}

describe('the JIL for', () => {
  test.for(files)('$name loads without a warning and is read back unchanged', async ({ text }) => {
    const jil = await printJilFor(text);
    await using emulator = await startEmulator({ authority });

    const loaded = await runCli(['jil'], environmentFor(emulator, { stdin: jil }));
    const read = await runCli(['autorep', '-J', 'ALL', '-q', '-w'], environmentFor(emulator, {}));

    expect({ code: loaded.code, stderr: loaded.stderr }).toEqual({ code: 0, stderr: '' });
    expect(loaded.stdout).not.toMatch(/warning|WARNING|CAUAJM_[EW]/);
    expect(emulator.instance.jobs().length).toBeGreaterThan(0);
    expect(read.stdout.replaceAll('#owner:', 'owner:').trim()).toBe(toDump(jil));
  });

  test.for(files)(
    '$name has the first setting of each variable, which AutoSys accepts',
    async ({ text }) => {
      const jil = await printJilFor(text);
      const settings = [...jil.matchAll(/^ +sendevent (.*)$/gm)].map(([, line = '']) => line);
      const {
        targets,
      }: { readonly targets: Readonly<Record<string, { mirror?: { global?: string } }>> } =
        parse(text);
      // The bridge sets a mirror variable also if no printed job reads it.
      const mirrored = Object.values(targets).flatMap(({ mirror }) => mirror?.global ?? []);
      const substituted = [...jil.matchAll(/\$\$(\w+)/g)].map(([, name = '']) => name);
      await using emulator = await startEmulator({ authority, eventDelayMs: 0 });

      for (const line of settings) {
        const { code, stderr } = await runCli(
          ['sendevent', ...splitCommandLine(line)],
          environmentFor(emulator, {}),
        );
        expect({ code, stderr }).toMatchObject({ code: 0 });
      }

      await expect
        .poll(() => [...emulator.instance.globalVariables().keys()].toSorted())
        .toEqual([...new Set([...mirrored, ...substituted])].toSorted());
    },
  );

  test.for(files)('$name has commands that the program on agents accepts', async ({ text }) => {
    const jil = await printJilFor(text);
    const { statements } = readJil({ name: 'out.jil', text: jil }).script;
    const commands = statements.flatMap(({ attributes }) =>
      attributes.filter(({ name }) => name === 'command').map(({ value }) => value),
    );
    const starts = commands.filter((command) => command.startsWith('exec autosys-bridge run '));

    expect(starts.length).toBeGreaterThan(0);
    for (const command of starts) {
      const substituted = command.replaceAll(/\$\$\w+/g, '2026-11-30');
      const { values, positionals, faults } = parseOptions(splitCommandLine(substituted).slice(3), {
        options: runOptions,
        allowsPositionals: true,
        secretAdvice: {},
      });
      const { timeout } = values;
      expect({ command, faults, targets: positionals.length }).toEqual({
        command,
        faults: [],
        targets: 1,
      });
      expect(substituted).not.toMatch(/[$`\\;|&<>]/);
      if (typeof timeout === 'string') expect(readTimeout(timeout)).toBeDefined();
    }
  });

  test('a hostile file has only the jobs of its ways', async () => {
    const jil = await printJilFor(toRouteFile(hostile));

    const { script, problems } = readJil({ name: 'out.jil', text: jil });

    expect([...problems, ...script.warnings]).toEqual([]);
    expect(script.statements.map(({ object }) => object)).toEqual([
      'NIGHT_0',
      'NIGHT_0_BOX',
      'NIGHT_0_LAUNCH',
      'NIGHT_0:@#.-',
      'NIGHT_A',
      'NIGHT_A_LAUNCH',
      'NIGHT_A_NEXT',
      'NIGHT_A_FAILED',
    ]);
    expect(jil).toMatch(/^[\n\x20-\x7e]*$/);
    // A parser that ends a comment at any asterisk and slash sees the same comments.
    expect(jil.match(/\*\//g)?.length).toBe(jil.match(/ \*\/$/gm)?.length);
  });

  test.for([evil, '" owner: root', 'a\tb', ' x', '$(id)', '/*', ''])(
    'an option %j is refused, or the JIL loads and has it as a value',
    async (value) => {
      for (const option of ['--machine', '--owner', '--profile', '--log-dir']) {
        const run = await runCli(
          ['jil-for', '--config', 'f', `${option}=${value}`, '--way', 'wait'],
          { files: { f: toRouteFile(everyWay) } },
        );
        if (run.code === 2) {
          expect(run.stderr).toContain(option);
          continue;
        }
        const { script, problems } = readJil({ name: 'out.jil', text: run.stdout });
        expect([...problems, ...script.warnings]).toEqual([]);
        expect(script.statements).toHaveLength(4);
        expect(run.stdout).not.toContain('EVIL');
      }
    },
  );
});
