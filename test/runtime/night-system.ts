import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRedate } from '../../cli/demo/redate.ts';
import { refuseConnection } from '../../emulator/index.ts';
import { environment } from '../../lambda/contract.ts';
import { type SynthesizedAssembly, synthesize } from '../../local/index.ts';
import { type EmbeddedBucket, startBucket } from '../support/embedded-bucket.ts';
import {
  type ExampleEvent,
  exampleEvent,
  project,
  startTestSystem,
  type TestSystem,
} from './test-system.ts';

const routeFile = `
instances:
  ACE:
    endpoints: [https://autosys.example.com:9443]
    secret: autosys/ACE/bridge
    profile: standard
routes:
  - name: settlement
    from: { stateMachine: settlement }
    global: AWS_SETTLEMENT
night:
  readers: [arn:aws:iam::111122223333:role/Operators]
`;

const jil = `insert_job: LOAD  job_type: CMD  machine: host1  command: true
condition: value(AWS_SETTLEMENT) = "SUCCEEDED"
insert_job: REPORT  job_type: CMD  machine: host1  command: true
condition: value(AWS_SETTLEMENT) = "FAILED"
`;

/**
 * A stack with pages of the night, synthesised with its bundles.
 *
 * @param minutesAgo begin of the night before now
 */
export async function synthesizeNight(minutesAgo: number): Promise<SynthesizedAssembly> {
  const since = new Date(Date.now() - minutesAgo * 60_000).toISOString().slice(11, 16);
  const folder = mkdtempSync(join(tmpdir(), 'night-'));
  try {
    const config = join(folder, 'bridge.yaml');
    writeFileSync(config, `${routeFile}  since: "${since}"\n`);
    return await synthesize({ project, environment: process.env, context: { config } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The shipped bundles, an embedded AutoSys and a bucket that takes pages of ACE only. */
export interface NightSystem extends AsyncDisposable {
  readonly system: TestSystem;
  readonly bucket: EmbeddedBucket;
  /** Runs the night function, and returns the page of the present night. */
  readPage(): Promise<string>;
}

/** The event that settlement has succeeded, at the present time. */
export const toSucceeded = () =>
  createRedate()(exampleEvent('1c0ffee6'), new Date()) as ExampleEvent;

/**
 * Plays an outage: AutoSys refuses connections while settlement succeeds, and answers again after the
 * page has shown the outage. Returns that page.
 */
export async function playOutage({ system, readPage }: NightSystem): Promise<string> {
  const { autosys, aws } = system;
  autosys.misbehave(refuseConnection, { times: 'always' });
  aws.bus.put(toSucceeded());
  await aws.idle();
  // The third failed request in a row opens the circuit breaker.
  let during = await readPage();
  for (let pass = 0; pass < 2 && !during.includes('AutoSys away, '); pass += 1) {
    during = await readPage();
  }
  autosys.behave();
  // The circuit breaker allows a probe after about ten seconds.
  for (let second = 0; second < 60 && !autosys.instance.job('LOAD')?.run.run; second += 2) {
    await sleep(2_000);
    await aws.tick('Sweep');
  }
  await aws.tick('Sweep');
  return during;
}

/** Starts the system. */
export async function startNightSystem(directory: string): Promise<NightSystem> {
  await using stack = new AsyncDisposableStack();
  const bucket = stack.use(await startBucket({ prefixes: ['ACE/'] }));
  const variables = { [environment.nightBucket]: bucket.name, AWS_ENDPOINT_URL_S3: bucket.url };
  const system = stack.use(await startTestSystem(directory, { jil, variables }));
  const held = stack.move();
  return {
    ...{ system, bucket },
    readPage: async () => {
      await system.aws.tick('Night');
      return bucket.objects.get('ACE/now.html')?.body ?? '';
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
