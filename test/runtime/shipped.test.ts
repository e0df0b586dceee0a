import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRedate } from '../../cli/demo/redate.ts';
import { compilePattern, matchesPattern } from '../../event-pattern/index.ts';
import { bundleOptions, bundleStubs } from '../../infra/bundle-options.ts';
import { metricService, metrics } from '../../lambda/contract.ts';
import { createRouteIndex } from '../../lambda/routing/routes.ts';
import { translate } from '../../lambda/routing/translate.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import { type SynthesizedAssembly, synthesize } from '../../local/index.ts';
import manifest from '../../package.json' with { type: 'json' };
import { readSourceDigest } from '../../release/source-digest.ts';
import { placeholders } from '../../route-file/rules/bus.ts';
import { planRules } from '../../route-file/rules/event-patterns.ts';
import { batchSecret, readAt } from '../support/builders.ts';
import {
  type ExampleEvent,
  exampleEvent,
  exampleEvents,
  home,
  project,
  reportFunction,
  shippedConfig,
  startTestSystem,
  wiringOf,
} from './test-system.ts';

let assembly: SynthesizedAssembly;

beforeAll(async () => {
  assembly = await synthesize({ project, environment: process.env });
});

afterAll(() => assembly[Symbol.asyncDispose]());

const jil = `
insert_job: LOAD  job_type: CMD  machine: host1  command: sleep 3600
condition: value(AWS_SETTLEMENT) = "SUCCEEDED"
insert_job: FX_RATES_ALERT  job_type: CMD  machine: host1  command: sleep 3600
insert_job: RISK_IN_AWS  job_type: CMD  machine: host1  command: true
`;

// The function uses real time, and parks old events.
const redate = createRedate();
const recent = (id: string) => redate(exampleEvent(id), new Date()) as ExampleEvent;
const settlementSucceeded = recent('1c0ffee6');
const ratesFailed = recent('1c0ffee7');
const riskSucceeded = recent('1c0ffee9');
const arrayChildSucceeded = recent('1c0ffee8');

describe('the bundle', () => {
  const bundle = () =>
    readFileSync(join(reportFunction(wiringOf(assembly.directory)).taskRoot, 'index.js'));

  test('holds only the handler and the route file', () => {
    const { taskRoot } = reportFunction(wiringOf(assembly.directory));

    expect(readdirSync(taskRoot).sort()).toEqual(['bridge.json', 'index.js']);
  });

  // Of 590 KB, the AWS SDK takes 188, got with its dependencies 112, our own code 231, Powertools
  // 32, zod/mini 24.
  test('is smaller than 600 KB', () => {
    expect(bundle().length).toBeLessThan(600_000);
  });

  test('loads no language data for messages of unused errors', () => {
    expect(bundle().toString('utf8')).not.toContain('new Intl.ListFormat');
  });

  test('loads no part of Node.js that a bundle stub replaces', () => {
    const builtins = Object.keys(bundleStubs).filter((name) => name.startsWith('node:'));

    expect(builtins.filter((name) => bundle().includes(`require("${name}")`))).toEqual([]);
  });

  test('holds no YAML parser, no locale of zod, no route file reader, no CDK, no rare credential provider, no cache of got', async () => {
    const { outputFiles, metafile } = await build({
      absWorkingDir: project,
      ...bundleOptions,
      entryPoints: ['lambda/functions/report.ts'],
      metafile: true,
      write: false,
      outfile: 'index.js',
    });

    // This build equals the shipped bundle, so its list of inputs describes that bundle.
    expect(outputFiles[0]?.text === bundle().toString('utf8')).toBe(true);
    const [output] = Object.values(metafile.outputs);
    const contents = Object.keys(output?.inputs ?? {});
    expect(contents).toContain('lambda/functions/report.ts');
    const unwanted =
      /node_modules\/(yaml|aws-cdk-lib|constructs|keyv|mnemonist|cacheable-request|decompress-response|@smithy\/core\/dist-es\/submodules\/event-streams|@aws-sdk\/(nested-clients|token-providers|credential-provider-(?!env|node))[^/]*)\/|zod\/v\d\/locales|zod\/v\d\/classic|route-file|emulator\/|local\/|infra\/(?!bundle-stubs\/)/;
    expect(contents.filter((path) => unwanted.test(path))).toEqual([]);
  });
});

describe('the wiring', () => {
  test('is as documented: one function behind one queue that the rules feed, and two scheduled functions', () => {
    const { functions, mappings, queues, rules } = wiringOf(assembly.directory);
    const [mapping] = mappings;
    const feeding = queues.find(({ id }) => id === mapping?.queueId);

    expect(functions).toMatchObject([
      { handler: 'index.handler', timeoutMs: 60_000, memoryMb: 512, unresolved: {} },
      { handler: 'index.handler', timeoutMs: 60_000, memoryMb: 512, unresolved: {} },
      { handler: 'index.handler', timeoutMs: 60_000, memoryMb: 512, unresolved: {} },
    ]);
    expect(mappings).toMatchObject([
      {
        batchSize: 10,
        maximumConcurrency: 5,
        reportsBatchItemFailures: true,
        functionId: functions[0]?.id,
      },
    ]);
    // AWS recommends six times the timeout of the function.
    expect(feeding).toMatchObject({
      visibilityTimeoutMs: 360_000,
      redrive: { maxReceiveCount: 5 },
    });
    expect(rules.flatMap(({ targets }) => targets.map(({ queueId }) => queueId))).toEqual(
      rules.map(() => feeding?.id),
    );
  });

  test('uses the rule patterns that follow from the routes', () => {
    const wiring = wiringOf(assembly.directory);

    const { patterns } = planRules(shippedConfig(wiring).routes, { kind: 'default' });
    const resolved = JSON.stringify(patterns)
      .replaceAll(placeholders.partition, 'aws')
      .replaceAll(placeholders.region, home.region)
      .replaceAll(placeholders.account, home.account);
    expect(wiring.rules.map(({ pattern }) => pattern)).toEqual(JSON.parse(resolved));
  });
});

describe('the rules', () => {
  test.for(exampleEvents.map((event) => [event.id, event] as const))(
    'match the example event %s if and only if a route has an effect for it',
    ([, event]) => {
      const wiring = wiringOf(assembly.directory);
      const patterns = wiring.rules.map(({ pattern }) => compilePattern(pattern));
      const index = createRouteIndex(shippedConfig(wiring).routes, home);

      const reading = readWorkloadEvent(event, readAt);
      const hasEffects =
        reading.kind === 'event' && translate(reading.event, index).kind === 'effects';

      expect(reading.kind).toBe('event');
      expect(patterns.some((pattern) => matchesPattern(pattern, event))).toBe(hasEffects);
    },
  );
});

describe('the shipped function', () => {
  test('starts the job that waits for AWS', async () => {
    await using system = await startTestSystem(assembly.directory, { jil });
    const { autosys, aws } = system;

    const { matched } = aws.bus.put(settlementSucceeded);
    await aws.idle();

    expect(matched).toHaveLength(1);
    expect(aws.invocations()).toMatchObject([
      { result: { kind: 'answered', payload: '{"batchItemFailures":[]}' }, failedMessageIds: [] },
    ]);
    expect(autosys.instance.globalVariable('AWS_SETTLEMENT')?.value).toBe('SUCCEEDED');
    expect(autosys.instance.job('LOAD')?.run.run).toBe(1);
    expect(autosys.unsupported()).toBe(0);
  });

  test('reads its login from Secrets Manager once, and sends no other request to AWS', async () => {
    await using system = await startTestSystem(assembly.directory, { jil });
    const { aws } = system;

    aws.bus.put(settlementSucceeded);
    aws.bus.put(riskSucceeded);
    await aws.idle();

    expect(aws.secrets.reads).toBe(1);
    expect(aws.secrets.unknownRequests).toEqual([]);
  });

  test('logs one JSON line per outcome, with the documented fields', async () => {
    await using system = await startTestSystem(assembly.directory, { jil });

    system.aws.bus.put(ratesFailed);
    await system.aws.idle();

    const outcome = {
      level: 'INFO',
      message: 'effect confirmed',
      timestamp: expect.any(String),
      service: 'autosys-bridge',
      function_request_id: expect.any(String),
      messageId: expect.any(String),
      eventId: ratesFailed.id,
      status: 'FAILED',
      executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:fx-rates:fx-2026-11-20',
      route: 'fx-rates',
      autosysInstance: 'ACE',
      durationMs: expect.any(Number),
    };
    expect(system.lines().filter((line) => !('_aws' in line))).toEqual([
      expect.objectContaining({
        message: 'function started',
        version: manifest.version,
        build: readSourceDigest(project),
      }),
      expect.objectContaining({ ...outcome, autosysEvent: 'SET_GLOBAL AWS_FX_RATES=FAILED' }),
      expect.objectContaining({ ...outcome, autosysEvent: 'FORCE_STARTJOB FX_RATES_ALERT' }),
    ]);
  });

  test('emits its metrics in the embedded format, by instance and by route, once per invocation', async () => {
    await using system = await startTestSystem(assembly.directory, { jil });

    system.aws.bus.put(ratesFailed);
    await system.aws.idle();

    const documents = system.lines().filter((line) => '_aws' in line);
    const aDocument = (Dimensions: readonly string[][], Metrics: readonly object[]) =>
      expect.objectContaining({
        service: metricService,
        _aws: expect.objectContaining({
          CloudWatchMetrics: [{ Namespace: metrics.namespace, Dimensions, Metrics }],
        }),
      });
    const all = ['service'];
    const byInstance = ['service', 'autosysInstance'];
    expect(documents).toEqual([
      aDocument([all], [{ Name: metrics.received, Unit: 'Count' }]),
      aDocument([all, byInstance], [{ Name: metrics.confirmed, Unit: 'Count' }]),
      aDocument(
        [all, byInstance, ['service', 'route']],
        [{ Name: metrics.confirmedAfterMs, Unit: 'Milliseconds' }],
      ),
    ]);
    expect(documents).toMatchObject([
      { [metrics.received]: 1 },
      { [metrics.confirmed]: [1, 1], autosysInstance: 'ACE' },
      {
        [metrics.confirmedAfterMs]: [expect.any(Number), expect.any(Number)],
        autosysInstance: 'ACE',
        route: 'fx-rates',
      },
    ]);
  });

  test('returns an invalid message, and only that one, until it is a dead letter', async () => {
    await using system = await startTestSystem(assembly.directory, { jil });
    const { aws, clock } = system;
    const poison = {
      ...riskSucceeded,
      id: 'poison',
      detail: { ...riskSucceeded.detail, attempts: batchSecret },
    };

    aws.bus.put(poison);
    aws.bus.put(riskSucceeded);
    for (const receipt of [1, 2, 3, 4, 5]) {
      await system.untilInvoked(receipt);
      await clock.advance(360_000);
    }
    await aws.idle();

    const [first, ...again] = aws.invocations();
    const [poisonId] = first?.messageIds ?? [];
    expect(first?.messageIds).toHaveLength(2);
    expect(first?.failedMessageIds).toEqual([poisonId]);
    expect(again.map(({ messageIds }) => messageIds)).toEqual(again.map(() => [poisonId]));
    expect(aws.deadLetters()).toEqual([
      expect.objectContaining({ messageId: poisonId, receiveCount: 5 }),
    ]);
    expect(system.autosys.instance.globalVariable('AWS_RISK')?.value).toBe('SUCCEEDED');
    expect(system.lines()).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        message: 'event invalid',
        stage: 'read',
        messageId: poisonId,
        code: 'BRIDGE_INVALID_EVENT',
        reason: expect.stringContaining('detail.attempts'),
      }),
    );
    expect(aws.logs().filter(({ line }) => line.includes(batchSecret))).toEqual([]);
  });

  test('logs no event, even if its environment requests it from Powertools', async () => {
    const variables = { POWERTOOLS_LOGGER_LOG_EVENT: 'true' };
    await using system = await startTestSystem(assembly.directory, { jil, variables });
    const container = { environment: [{ name: 'TOKEN', value: batchSecret }] };

    system.aws.bus.put({ ...riskSucceeded, detail: { ...riskSucceeded.detail, container } });
    await system.aws.idle();

    expect(system.lines()).toContainEqual(expect.objectContaining({ message: 'effect confirmed' }));
    expect(JSON.stringify(system.lines())).not.toContain(batchSecret);
  });

  test('keeps everything waiting in the ledger while the secret is unusable, and logs nothing of the secret', async () => {
    await using system = await startTestSystem(assembly.directory, { jil, secret: 'hunter2' });
    const { aws } = system;

    aws.bus.put(settlementSucceeded);
    const [invocation] = await system.untilInvoked(1);

    expect(invocation?.failedMessageIds).toEqual([]);
    expect(system.autosys.requests()).toEqual([]);
    expect(system.lines()).toContainEqual(
      expect.objectContaining({
        message: 'effect unfinished, will retry',
        code: 'BRIDGE_SECRET_SHAPE',
      }),
    );
    expect(JSON.stringify(aws.logs())).not.toContain('hunter2');
  });

  test('is not invoked for events that no route matches', async () => {
    await using system = await startTestSystem(assembly.directory, { jil });

    const { matched } = system.aws.bus.put(arrayChildSucceeded);
    await system.aws.idle();

    expect(matched).toEqual([]);
    expect(system.aws.invocations()).toEqual([]);
  });
});
