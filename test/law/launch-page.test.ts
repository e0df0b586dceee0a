import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { readJil, readJobStatement } from '../../autosys/jil/index.ts';
import { agentCommands } from '../../cli/agent/run-agent.ts';
import { parseOptions } from '../../cli/parse-options.ts';
import { startEmulator } from '../../emulator/index.ts';
import { ApiError } from '../../lambda/launch/api-error.ts';
import { checkStart, type LaunchRules } from '../../lambda/launch/check-start.ts';
import type { Launch } from '../../lambda/launch/launch.ts';
import { judgeDoubt } from '../../lambda/launch/launch-doubt.ts';
import { toContinue } from '../../lambda/launch/restart/find-earlier-run.ts';
import { toRestartPlan } from '../../lambda/launch/restart/to-restart-plan.ts';
import { decodeRunName, nameLimits, toRunName } from '../../lambda/launch/run-name.ts';
import { formatRunAnswer } from '../../lambda/launch/text-answer.ts';
import { readRouteFile } from '../../route-file/index.ts';
import { runCli } from '../cli/setup.ts';
import { blocksOf, type CodeBlock, readDocument } from '../support/documents.ts';

const document = 'docs/launch.md';
const page = readDocument(document);
const yamls = blocksOf(document, 'yaml');
const jils = blocksOf(document, 'jil');
const shells = blocksOf(document, 'sh');

const toNamed = (block: CodeBlock) => [`line ${block.line}`, block] as const;

/** A block without its own instances or callers gets those of the first block, for its targets. */
function readFile({ text }: CodeBlock) {
  const base: Readonly<Record<string, unknown>> = parse(yamls[0]?.text ?? '');
  const given: Readonly<Record<string, unknown>> = parse(text);
  const source = { name: 'bridge.yaml', text: stringify({ ...base, ...given }) };
  return readRouteFile(source, () => undefined);
}

describe('the route files of docs/launch.md', () => {
  test('are found', () => expect(yamls.length).toBeGreaterThan(4));

  test.for(yamls.map(toNamed))('compile without a warning: %s', ([, block]) => {
    const { config, warnings } = readFile(block);

    expect(warnings).toEqual([]);
    expect(config.callers.length).toBeGreaterThan(0);
  });
});

test('the targets and callers of docs/routes.md compile together without a warning', () => {
  const blocks = blocksOf('docs/routes.md', 'yaml');
  const parsed = (start: RegExp): { readonly targets?: object; readonly callers?: object } =>
    parse(blocks.find(({ text }) => start.test(text))?.text ?? '');
  const first = parsed(/^targets:/);
  const targets = { ...first.targets, ...parsed(/^risk-eod:/) };
  const readWith = (callers: object | undefined) =>
    readFile({
      ...{ document, line: 0, language: 'yaml' },
      text: stringify({ targets, callers }),
    });

  for (const callers of [first.callers, parsed(/^callers:/).callers]) {
    const { config, warnings } = readWith(callers);
    expect(warnings).toEqual([]);
    expect(config.targets.map(({ name }) => name)).toEqual(['settlement', 'risk-eod']);
    expect(config.callers).toHaveLength(1);
  }
});

describe('the JIL of docs/launch.md', () => {
  test('is found', () => expect(jils.length).toBeGreaterThan(6));

  test.for(jils.map(toNamed))('loads without a warning: %s', async ([, { text }]) => {
    const source = { name: 'page.jil', text };
    const { script, problems } = readJil(source);
    const ofJobs = script.statements.flatMap((one) => readJobStatement(one, source).problems);

    expect([...problems, ...script.warnings, ...ofJobs]).toEqual([]);
    await using emulator = await startEmulator({ jil: [source] });
    expect(emulator.instance.jobs()).toHaveLength(script.statements.length);
  });
});

describe('the JIL of docs/launch.md for targets', () => {
  const options = ['--param', 'date=$$EOD_DATE'];

  /** A job of the page, and the route file and options with which `jil-for` prints it. */
  test.for([
    { job: 'NIGHT_SETTLEMENT_LAUNCH', file: 'mirror: { global: AWS_SETTLEMENT }', argv: [] },
    { job: 'NIGHT_SETTLEMENT_BOX', file: 'mirror: { job: SETTLE_IN_AWS }', argv: [] },
    { job: 'NIGHT_RISK', file: 'endsWithin: 2h', argv: ['--name', 'risk-eod=NIGHT_RISK'] },
    {
      job: 'NIGHT_EOD',
      file: 'settlement-leg-*',
      argv: ['--name', 'settlement=NIGHT_EOD', '--success', 'settlement=4'],
    },
  ])('is what jil-for prints: $job', async ({ job, file, argv }) => {
    const block = yamls.find(({ text }) => text.includes(file));
    const following = jils.find(
      ({ line, text }) => line > (block?.line ?? 0) && text.startsWith(`insert_job: ${job} `),
    );
    const { source } = readFile(block ?? { document, line: 0, language: 'yaml', text: '' });

    const { stdout, stderr } = await runCli(
      ['jil-for', '--config', 'bridge.yaml', ...options, ...argv],
      { files: { 'bridge.yaml': source.text } },
    );

    expect(stderr).toBe('');
    const printed = readAttributes(stdout);
    const shown = readAttributes(following?.text ?? '');
    expect(shown.size).toBeGreaterThan(0);
    for (const [name, attributes] of shown) {
      expect(printed.get(name), name).toEqual(expect.objectContaining(attributes));
    }
  });

  function readAttributes(text: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
    const { statements } = readJil({ name: 'page.jil', text }).script;
    return new Map(
      statements.map(({ object, attributes }) => [
        object,
        Object.fromEntries(attributes.map(({ name, value }) => [name, value])),
      ]),
    );
  }
});

/** Command lines of the agent in JIL, shell blocks and code spans, without the program's name. */
const commandLines = [
  ...[...jils, ...shells].flatMap(({ text }) => text.split('\n')),
  ...[...page.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/`([^`]+)`/g)].map(
    ([, span = '']) => span.replaceAll(/\s+/g, ' '),
  ),
].flatMap((line) => {
  const [, command] =
    /(?:^|\s)autosys-bridge ((?:run|stop|restart|log|whois)\b.*)$/.exec(line) ?? [];
  return command === undefined ? [] : [command];
});

describe('the commands of the agent in docs/launch.md', () => {
  test('are found', () => expect(commandLines.length).toBeGreaterThan(12));

  test.for([...new Set(commandLines)])('are known, with known options: %s', (line) => {
    const [name, ...argv] = line
      .replaceAll(/["']([^"']*)["']/g, (_, text: string) => text.replaceAll(' ', '_'))
      .split(' ');
    const command = agentCommands.find((one) => one.name === name);

    const { faults } = parseOptions(argv, {
      options: { ...command?.options, help: { type: 'boolean', about: '' } },
      allowsPositionals: true,
      secretAdvice: {},
    });

    expect(command).toBeDefined();
    expect(faults).toEqual([]);
  });

  test('give each target the parameters that it declares', () => {
    const configs = yamls.map((block) => readFile(block).config);
    const starts = commandLines.flatMap((line) => {
      const [, target = '', rest = ''] = /^run ([a-z][\w-]*)(.*)$/.exec(line) ?? [];
      const params = [...rest.matchAll(/--param (\w+)=/g)].map(([, param = '']) => param);
      return target === '' ? [] : [{ target, params }];
    });

    expect(starts.length).toBeGreaterThan(5);
    for (const { target, params } of starts) {
      const found = configs.flatMap(({ targets }) => targets.filter(({ name }) => name === target));
      expect(found.map((one) => Object.keys(one.params))).toContainEqual(params);
    }
  });
});

describe('what docs/launch.md says about HTTP jobs', () => {
  test('is a form that the route file of the page permits', () => {
    const [, form = ''] = /^j2ee_parameter: (.*)$/m.exec(page) ?? [];
    const fields = Object.fromEntries(form.split(', ').map((pair) => pair.split('=')));
    const block = yamls.find(({ text }) => text.includes('web:'));
    const { config } = readFile(block ?? { document, line: 0, language: 'yaml', text: '' });
    const rules: LaunchRules = { ...config, instances: ['ACE'] };

    expect(checkStart(fields, 'web', rules).identity).toEqual({
      kind: 'job',
      instance: 'ACE',
      job: 'NIGHT_FX',
    });
    expect(() => checkStart({ ...fields, job: 'OTHER' }, 'web', rules)).toThrow(ApiError);
  });
});

test('the text that docs/launch.md shows for an HTTP job is that of the API', () => {
  const sample = blocksOf(document, 'text').find(({ text }) => text.startsWith('ACTIVE'));
  const name = 'NIGHT_FX-r1620t1-ACE';
  const answer = formatRunAnswer({
    ...{ version: '1.0', name, target: 'fx-rates', caller: 'web', rev: '1', changes: [] },
    ...{ state: 'ACTIVE', status: 'RUNNING', requestedAt: '2026-11-30T02:00:04.512Z' },
    awsId: `arn:aws:states:eu-west-1:111122223333:execution:fx-rates:${name}`,
    console:
      'https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/…',
  });

  expect(`${sample?.text}\n`).toBe(answer);
});

describe('the output that docs/launch.md shows of a restart', () => {
  const name = 'NIGHT_EOD-r1620t1-ACE';
  const executionArn = `arn:aws:states:eu-west-1:111122223333:execution:settlement:${name}`;
  const startedMs = Date.parse('2026-11-30T02:00:05.412Z');
  const ended = { status: 'FAILED', atMs: Date.parse('2026-11-30T02:14:09.072Z') } as const;
  const launch: Launch = {
    ...{ format: 1, kind: 'launch', name, start: 1, target: 'settlement', workload: 'execution' },
    identity: { kind: 'jobTry', instance: 'ACE', job: 'NIGHT_EOD', run: 1620, try: 1 },
    ...{ caller: 'agents', launchId: 'one', inputDigest: '', requestedMs: startedMs },
    ...{ stage: 'started', aws: { id: executionArn, beganMs: startedMs }, history: [] },
  };
  const earlier = toContinue(launch, { redrive: 1, ended }, 'nothing');
  const sampleOf = (start: RegExp) =>
    blocksOf(document, 'text')
      .find(({ text }) => start.test(text))
      ?.text.split('\n');

  test('is that of the plan', () => {
    const [target] = readFile(yamls[0] ?? { document, line: 0, language: 'yaml', text: '' }).config
      .targets;
    if (target === undefined) throw new Error('the first route file has no target');
    const { text } = toRestartPlan(
      {
        ...{ how: 'redrive', launch, target, next: `${name}-a2`, earlier },
        execution: {
          ...{ executionArn, stateMachineArn: '', status: 'FAILED', redriveCount: 0 },
          ...{ startDate: new Date(startedMs), stopDate: new Date(ended.atMs) },
        },
      },
      {
        states: {
          ...{ kept: ['Load'], repeated: ['Rates'], failStates: [] },
          work: [{ state: 'Rates', kind: 'function', id: 'fetch-rates' }],
        },
        arraySizes: new Map(),
        definition: {
          used: { revisionId: '0b6e…', updatedMs: Date.parse('2026-11-02T09:30:00Z') },
          current: { revisionId: '9c41…' },
          startedMs,
        },
        unread: undefined,
      },
    );

    expect(sampleOf(/^restart of/)).toEqual(text);
  });

  test('begins with the line of the history', () => {
    expect(sampleOf(/ continues /)?.[0]).toBe(`2026-11-30T02:20:05Z ${earlier.text}`);
  });
});

describe('what docs/launch.md says about names', () => {
  const rows = [...page.matchAll(/^\| `([^` ]+-(?:r\d+t\d+-ACE|outside)[^` ]*)` \|/gm)].map(
    ([, name = '']) => name,
  );

  test('has a row for each form', () => expect(rows).toHaveLength(6));

  test.for(rows)('is true of %s', (name) => {
    const decoded = decodeRunName(name);

    expect(decoded.kind === 'whole' && toRunName(decoded, nameLimits.execution)).toBe(name);
  });

  test.for([
    { name: 'PAY_EOD-r1620t1-ACE', job: 'PAY_EOD', run: 1620, try: 1 },
    { name: 'PAY-x2EEOD-r1620t1-ACE', job: 'PAY.EOD', run: 1620, try: 1 },
  ])('decodes $name', ({ name, ...identity }) => {
    expect(decodeRunName(name)).toMatchObject({ kind: 'whole', identity });
  });
});

test('docs/launch.md is right that SubmitJob is sent twice at most', () => {
  const unknownCalls = { count: 2, lastMs: 0 };

  expect(judgeDoubt({ workload: 'batchJob', unknownCalls }, 10 * 60_000)).toEqual({
    kind: 'lookUp',
    ifNotFound: 'giveUp',
  });
});
