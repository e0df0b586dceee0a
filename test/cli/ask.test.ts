import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DescribeExecution } from '../../lambda/aws/lookup.ts';
import type { Run } from '../../lambda/ledger/run.ts';
import { createRuns, toRunKey } from '../../lambda/ledger/run-row.ts';
import { createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import { createAsk } from '../../lambda/sweep/ask.ts';
import { toVersion } from '../../lambda/workload/version.ts';
import { type DirectInvocationResult, LocalLambda, LocalSts } from '../../local/index.ts';
import { aDescribedExecution } from '../lambda/sweep/lookup.ts';
import { anExecutionEvent } from '../support/builders.ts';
import { type EmbeddedTable, startLedgerTable } from '../support/ledger-table.ts';
import { toWorkloadEvent } from '../support/read-event.ts';
import { runCli } from './setup.ts';

const operator = 'arn:aws:iam::111122223333:user/ops';
const arnOf = (name: string) =>
  `arn:aws:states:eu-west-1:111122223333:execution:settlement:${name}`;
const executionArn = arnOf('run-1');
const running = { status: 'RUNNING', stopDate: undefined, output: undefined };
const now = () => new Date();

let embedded: EmbeddedTable;
let table: SearchableTable;
let sts: LocalSts;
let lambda: LocalLambda;
/** Answers of AWS to the sweep. */
let describeExecution: DescribeExecution;
/** What Lambda does with each invocation. `sweep` by default. */
let invoked: (() => Promise<DirectInvocationResult>)[];

beforeEach(async () => {
  embedded = await startLedgerTable();
  table = createDynamoTable({ ...embedded, now });
  sts = await LocalSts.start();
  invoked = [];
  lambda = await LocalLambda.start(
    ({ functionName }) =>
      functionName === 'Sweep' ? (invoked.shift() ?? sweep)() : refuse('ResourceNotFoundException'),
    sts.callers,
  );
  describeExecution = async () => ({ kind: 'found', execution: aDescribedExecution(running) });
  const { endpoint, credentials } = lambda.settingsFor(operator);
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', embedded.url);
  vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url);
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', endpoint);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await lambda.stop();
  await sts.stop();
  await embedded[Symbol.asyncDispose]();
});

/** The part of the sweep that asks AWS, on the same ledger. */
async function sweep(): Promise<DirectInvocationResult> {
  const ask = createAsk({
    ...{ table, now, describeExecution },
    sleep: async () => undefined,
    report: async () => ({ kind: 'ignored', reason: 'no route matches' }),
    describeBatchJobs: async () => ({ kind: 'found', jobs: [] }),
  });
  const signal = new AbortController().signal;
  await ask({ untilMs: Date.now() + 10_000, signal }, () => undefined);
  return { kind: 'answered', payload: 'null', executedVersion: '$LATEST' };
}

const doNothing = async (): Promise<DirectInvocationResult> => {
  return { kind: 'answered', payload: 'null', executedVersion: '$LATEST' };
};

const fail = async (): Promise<DirectInvocationResult> => {
  const functionError = { errorType: 'LedgerError', errorMessage: 'secret of a row' };
  return { kind: 'failed', functionError, executedVersion: '$LATEST' };
};

async function refuse(error: string, status = 404): Promise<DirectInvocationResult> {
  return { kind: 'refused', error, status, message: 'refused' };
}

/** Records a run like its event does. AWS is asked about it in an hour. */
async function record(name = 'run-1', detail: object = running): Promise<string> {
  const event = toWorkloadEvent(anExecutionEvent({ ...detail, name, executionArn: arnOf(name) }));
  const routes = [{ name: 'settlement', endsWithinMs: 1e12 }];
  await createRuns({ table, now })(event, routes).record([{ text: 'requested: x' }]);
  return toRunKey(toVersion(event));
}

const runOf = async (key: string) => (await table.get(key))?.body as Run;
const env = { LEDGER_TABLE: 'Ledger', SWEEP_FUNCTION: 'Sweep' };
const ask = (...argv: readonly string[]) => runCli(['ask', ...argv], { env });

describe('ask', () => {
  test('makes the run due, lets the sweep ask AWS, and prints the answer', async () => {
    const key = await record();

    const { code, stdout, stderr } = await ask(executionArn);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'settlement execution run-1',
      `  run      ${executionArn}`,
      expect.stringMatching(/^ {2}before {3}RUNNING of attempt 0 since /),
      expect.stringMatching(/^ {2}now {6}RUNNING of attempt 0 since /),
      expect.stringMatching(/ {2}AWS was asked: RUNNING$/),
      '',
    ]);
    const { history, askMs } = await runOf(key);
    expect(history.map(({ text }) => text).slice(-2)).toEqual([
      `AWS lookup requested by ${operator}`,
      'AWS was asked: RUNNING',
    ]);
    expect(askMs).toBeGreaterThan(Date.now());
    expect(sts.unknownRequests).toEqual([]);
    expect(lambda.unknownRequests).toEqual([]);
  });

  test('prints a document with --json', async () => {
    await record();

    const { stdout } = await ask(executionArn, '--json');

    expect(JSON.parse(stdout)).toMatchObject({
      run: executionArn,
      before: { status: 'RUNNING', attempt: 0 },
      now: { status: 'RUNNING' },
      isAsked: true,
      isAnswered: true,
      found: [{ text: 'AWS was asked: RUNNING' }],
    });
  });

  test('asks about a run that has ended, and not again after that', async () => {
    const ended = { status: 'SUCCEEDED' };
    const key = await record('run-1', ended);
    describeExecution = async () => ({ kind: 'found', execution: aDescribedExecution() });

    const { code, stdout } = await ask(executionArn);

    expect(code).toBe(0);
    expect(stdout).toContain('closed: AWS was asked: SUCCEEDED');
    expect(await runOf(key)).not.toHaveProperty('askMs');
  });

  test('invokes the sweep again if the index of the ledger was behind', async () => {
    await record();
    invoked = [doNothing];

    const { code, stdout } = await ask(executionArn);

    expect(code).toBe(0);
    expect(stdout).toContain('AWS was asked: RUNNING');
  });

  test('invokes the sweep again if Lambda throttles it', async () => {
    await record();
    invoked = [() => refuse('TooManyRequestsException', 429)];

    expect(await ask(executionArn)).toMatchObject({ code: 0 });
  });

  test('ends with 3 if AWS does not answer the sweep, and prints why', async () => {
    await record();
    describeExecution = async () => ({ kind: 'denied', reason: 'AccessDeniedException' });

    const { code, stdout } = await ask(executionArn);

    expect(code).toBe(3);
    expect(stdout).toContain('AWS could not be asked (denied): AccessDeniedException');
  });

  test.for([
    {
      why: 'the caller may not invoke it',
      invocation: () => refuse('AccessDeniedException', 403),
      says: 'the sweep was not run (denied, AccessDeniedException); the run is due',
    },
    { why: 'it fails', invocation: fail, says: 'the sweep was not run (failed, LedgerError)' },
  ])('leaves the run due if the sweep does not run: $why', async ({ invocation, says }) => {
    const key = await record();
    invoked = [invocation];

    const { code, stderr } = await ask(executionArn);

    expect(code).toBe(3);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('secret of a row');
    expect((await runOf(key)).askMs).toBeLessThan(Date.now());
  });

  test('prints the answer if another part of the sweep fails', async () => {
    await record();
    invoked = [async () => ({ ...(await sweep()), ...(await fail()) })];

    const { code, stdout, stderr } = await ask(executionArn);

    expect(code).toBe(0);
    expect(stdout).toContain('AWS was asked: RUNNING');
    expect(stderr).toBe('the sweep failed (failed, LedgerError); see its log\n');
  });

  test('changes nothing without a known caller', async () => {
    const key = await record();
    const before = await table.get(key);
    sts.fail(true);

    const { code, stderr } = await ask(executionArn);

    expect(code).toBe(3);
    expect(stderr).toContain('the caller is unknown');
    expect(await table.get(key)).toEqual(before);
  });

  test('finds a run by its name, if only one of them is open', async () => {
    await record('run-1', { status: 'SUCCEEDED' });

    expect(await ask('run-1')).toMatchObject({ code: 0 });
    expect(await ask('run-2')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the ledger has no run run-2'),
    });
  });

  test('rejects a name with several open runs, and lists them', async () => {
    const at = Date.parse('2026-11-20T02:00:00Z');
    for (const startDate of [at, at + 60_000]) {
      const arn = `${executionArn}${startDate}`;
      const event = toWorkloadEvent(
        anExecutionEvent({ ...running, executionArn: arn, startDate, name: 'run-1' }),
      );
      const routes = [{ name: 'settlement', endsWithinMs: 1e12 }];
      await createRuns({ table, now })(event, routes).record([{ text: 'x' }]);
    }

    const { code, stderr } = await ask('run-1');

    expect(code).toBe(1);
    expect(stderr).toContain('2 runs named run-1 are open; ask about one of them by its ARN or id');
    expect(stderr).toContain(`${executionArn}${at}`);
  });

  test.for([
    { argv: [], says: 'expected one NAME, ARN or ID, found none' },
    { argv: ['arn:aws:s3:::x'], says: 'ARN: expected the ARN of an execution' },
  ])('rejects the command line $argv', async ({ argv, says }) => {
    const { code, stderr } = await ask(...argv);

    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });

  test('needs the name of the sweep function', async () => {
    const { code, stderr } = await runCli(['ask', executionArn], {
      env: { LEDGER_TABLE: 'Ledger' },
    });

    expect(code).toBe(2);
    expect(stderr).toContain('--sweep: missing, and $SWEEP_FUNCTION is not set');
  });
});
