import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/index.ts';
import { configFileName, environment } from '../../lambda/contract.ts';
import type { InstanceConfig } from '../../lambda/routing/routes.ts';
import {
  type InvokeStep,
  type Local,
  type SynthesizedAssembly,
  startLocal,
  synthesize,
} from '../../local/index.ts';
import { blocksOf } from '../support/documents.ts';
import type { JumpingTime } from '../support/jumping-time.ts';
import { LedgerReader } from './faults/ledger-reader.ts';
import { home, project, shippedConfig, wiringOf } from './test-system.ts';

/** ARN of a role in the account of the bridge. */
export const roleArn = (name: string) => `arn:aws:iam::${home.account}:role/${name}`;

const routeFile = `
instances:
  ACE:
    endpoints: [https://autosys.example.com:9443]
    secret: autosys/ACE/bridge
    profile: standard
    timezone: Europe/Zurich

requests:
  ledger-team:
    callers:
      - ${roleArn('ledger-lambda')}
      - stateMachine: arn:aws:states:${home.region}:${home.account}:stateMachine:settlement
        role: ${roleArn('settlement')}
    instance: ACE
    actions: [setGlobal, getGlobal, jobStatus, jobRuns, sendEvent, runJob]
    events: [JOB_ON_HOLD, JOB_OFF_HOLD]
    starts: [STARTJOB, FORCE_STARTJOB, join]
    jobs: ["LOAD_*"]
    globals: ["LEDGER_*"]
    onAbort: kill
  readers:
    callers: [${roleArn('reader')}]
    instance: ACE
    actions: [jobStatus]
    jobs: ["*"]
`;

/** A stack with two entries of `requests:`, synthesised with its bundles. */
export async function synthesizeRequests(): Promise<SynthesizedAssembly> {
  const folder = mkdtempSync(join(tmpdir(), 'requests-'));
  try {
    const config = join(folder, 'bridge.yaml');
    writeFileSync(config, routeFile);
    return await synthesize({ project, environment: process.env, context: { config } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The answer of the request function, or the refusal of Lambda. */
export interface Asked {
  /** Answer of the function. @default - it failed, or was not reached */
  readonly answer?: Readonly<Record<string, unknown>>;
  /** `errorType` of the function, or the name of Lambda's error. */
  readonly error?: string;
  /** Its message. */
  readonly cause?: string;
}

/** The shipped request and wait functions between the embedded AWS and an embedded AutoSys. */
export interface RequestsSystem extends AsyncDisposable {
  readonly autosys: Emulator;
  readonly aws: Local;
  readonly sfn: SFNClient;
  readonly ledger: LedgerReader;
  /** ARN of the request function, without a qualifier. */
  readonly functionArn: string;
  /** Invokes the request function over HTTP as a role, by the alias of an entry. */
  ask(role: string, request: object, entry?: string): Promise<Asked>;
  /** Number of events of a kind that AutoSys has got. */
  sent(kind: string): number;
  /** Log lines of the functions, without the line of Lambda for an invocation that timed out. */
  lines(): readonly Readonly<Record<string, unknown>>[];
}

/** Further settings of both embedded worlds. */
export interface RequestsSystemSettings extends Pick<EmulatorOptions, 'runs' | 'retryDelayMs'> {
  /** Clock of both worlds and of the functions. @default - the clock of this machine */
  readonly time?: JumpingTime;
  /** Settings of the instance, in place of those of the route file. */
  readonly settings?: Partial<InstanceConfig>;
}

/** Starts both embedded worlds around the assembly. */
export async function startRequestsSystem(
  directory: string,
  jil: string,
  { time, settings = {}, ...options }: RequestsSystemSettings = {},
): Promise<RequestsSystem> {
  await using stack = new AsyncDisposableStack();
  const autosys = stack.use(
    await startEmulator({
      ...{ jil: [{ name: 'test.jil', text: jil }], timezone: 'Europe/Zurich', eventDelayMs: 10 },
      ...options,
      ...(time && { clock: time.autosys }),
    }),
  );
  const wiring = wiringOf(directory);
  const shipped = shippedConfig(wiring);
  const { url, certificateAuthority, user, password } = autosys;
  const instances = shipped.instances.map((instance) => {
    return { ...instance, endpoints: [url], certificateAuthority, ...settings };
  });
  const folder = mkdtempSync(join(tmpdir(), 'requests-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, configFileName);
  writeFileSync(path, JSON.stringify({ ...shipped, instances }));
  const login = JSON.stringify({ username: user, password });
  const aws = stack.use(
    await startLocal({
      ...home,
      cloudAssembly: directory,
      schedules: 'byHand',
      environment: () => ({ ...time?.environment, [environment.config]: path }),
      ...(time && { functionNow: time.now, clock: time.aws }),
      secrets: Object.fromEntries(instances.map((one) => [one.secret, login])),
    }),
  );
  const functionArn = wiring.access.find(({ aliases }) => aliases.size > 0)?.functionArn ?? '';
  const sfn = stack.adopt(
    new SFNClient({
      ...{ endpoint: aws.workloads.url, region: home.region, maxAttempts: 1 },
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    }),
    (client) => client.destroy(),
  );
  const [table] = wiring.tables;
  const now = time?.now ?? Date.now;
  const ledger = stack.use(new LedgerReader(aws.tables.url, { table, now }));
  const held = stack.move();
  return {
    ...{ autosys, aws, sfn, ledger, functionArn },
    ask: (role, request, entry = 'ledger-team') =>
      ask(aws, {
        role,
        request,
        functionName: entry === '' ? functionArn : `${functionArn}:${entry}`,
      }),
    sent: (kind) => autosys.instance.events().filter(({ name }) => name === kind).length,
    lines: () => aws.logs().flatMap(({ line }) => (isTimedOut(line) ? [] : [JSON.parse(line)])),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function isTimedOut(line: string): boolean {
  return /Task timed out after \d/.test(line);
}

async function ask(
  { lambda }: Local,
  call: { readonly role: string; readonly request: object; readonly functionName: string },
): Promise<Asked> {
  const settings = lambda.settingsFor(roleArn(call.role));
  const client = new LambdaClient({ ...settings, region: home.region, maxAttempts: 1 });
  try {
    const { FunctionError, Payload = new Uint8Array() } = await client.send(
      new InvokeCommand({
        FunctionName: call.functionName,
        Payload: JSON.stringify(call.request),
      }),
    );
    const body = JSON.parse(Buffer.from(Payload).toString('utf8'));
    if (FunctionError === undefined) return { answer: body };
    return { error: body.errorType, cause: body.errorMessage };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { error: error.name, cause: error.message };
  } finally {
    client.destroy();
  }
}

/** A Task state of the definition in JSONPath on the page, as a state that is really run. */
export function documentedStep(state: 'SetDay' | 'Load', functionArn: string): InvokeStep {
  const documents = blocksOf('docs/requests.md', 'json').map(({ text }) => JSON.parse(text));
  const definition = documents.find((one) => one.StartAt === 'SetDay');
  const task = definition.States[state];
  const isByArn = task.Resource.startsWith('arn:aws:lambda:');
  return {
    kind: 'invoke',
    state,
    functionName: `${functionArn}:ledger-team`,
    payload: isByArn ? task.Parameters : task.Parameters.Payload,
    integration: isByArn ? 'arn' : 'invoke',
    waitForTaskToken: task.Resource.endsWith('.waitForTaskToken'),
    ...(task.HeartbeatSeconds && { heartbeatSeconds: task.HeartbeatSeconds }),
    timeoutSeconds: task.TimeoutSeconds,
    retry: task.Retry,
  };
}
