import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Emulator,
  type Identity,
  makeAuthority,
  startEmulator,
} from '../../../emulator/index.ts';
import { configFileName, environment } from '../../../lambda/contract.ts';
import { type FaultInjection, ManualLocalClock, startLocal } from '../../../local/index.ts';
import { toSecret } from '../../support/bridge.ts';
import { MovedTime } from '../../support/moved-time.ts';
import { TableFront } from '../../support/table-front.ts';
import { home, shippedConfig, wiringOf } from '../test-system.ts';
import { LedgerReader } from './ledger-reader.ts';
import { World } from './world.ts';

/** Options of a test system with injected faults. */
export interface WorldOptions {
  readonly jil?: string;
  /**
   * Adds a second AutoSys with the same login and its own database, which is tried after the first.
   */
  readonly standby?: boolean;
  readonly faultInjection?: FaultInjection;
  /** Text of the secret in place of the login. */
  readonly secret?: string;
}

/** Creates a test system around the bundles of one assembly. */
export type OpenWorld = (options?: WorldOptions) => Promise<World>;

const secretName = 'autosys/ACE/bridge';
const password = 'hunter2-of-the-night';

/** One authority for all test systems of a file, because creating its keys takes time. */
let authority: Promise<Identity> | undefined;

/**
 * Starts everything around the assembly. Only the addresses of AutoSys and DynamoDB are replaced.
 */
export async function openWorld(directory: string, options: WorldOptions = {}): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const { jil = '', standby: withStandby = false, faultInjection, secret } = options;
  const time = stack.use(new MovedTime());
  const autosysTime = stack.use(new MovedTime());
  const startAutosys = () => startWith(jil, autosysTime);
  const autosys = stack.use(await startAutosys());
  const standby = withStandby ? stack.use(await startAutosys()) : undefined;
  const config = writeConfig(directory, standby ? [autosys, standby] : [autosys]);
  stack.defer(() => rmSync(config.folder, { recursive: true }));
  const tables = stack.use(await TableFront.start());
  const clock = new ManualLocalClock();
  const aws = stack.use(
    await startLocal({
      ...home,
      clock,
      cloudAssembly: directory,
      schedules: 'byHand',
      functionNow: time.now,
      environment: () => ({
        ...time.environment,
        [environment.config]: config.path,
        AWS_ENDPOINT_URL_DYNAMODB: tables.url,
      }),
      secrets: { [secretName]: secret ?? toSecret(autosys) },
      ...(faultInjection && { faultInjection }),
    }),
  );
  tables.forwardTo(aws.tables.url);
  const wiring = wiringOf(directory);
  const [table] = wiring.tables;
  const ledger = stack.use(new LedgerReader(aws.tables.url, { table, now: time.now }));
  const fed = wiring.queues.find(({ id }) => id === wiring.mappings[0]?.queueId);
  const queue = aws.queues.get(fed?.name ?? '');
  if (queue === undefined) throw new Error('the assembly has no queue that feeds a function');
  const passwords = [password, ...(secret === undefined ? [] : [secret])];
  const servers = { autosys, standby, aws, queue, tables, ledger, secretName, passwords };
  return new World({ ...servers, time, autosysTime, clock, stack: stack.move() });
}

async function startWith(jil: string, { clock }: MovedTime): Promise<Emulator> {
  authority ??= makeAuthority();
  return startEmulator({
    authority: await authority,
    clock,
    password,
    eventDelayMs: 10,
    jil: [{ name: 'test.jil', text: jil }],
  });
}

/** Returns the compiled route file of the assembly with the given addresses. */
function writeConfig(directory: string, servers: readonly Emulator[]) {
  const shipped = shippedConfig(wiringOf(directory));
  const endpoints = servers.map(({ url }) => url);
  const certificateAuthority = servers[0]?.certificateAuthority;
  const instances = shipped.instances.map((instance) => {
    return { ...instance, endpoints, certificateAuthority };
  });
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  const path = join(folder, configFileName);
  writeFileSync(path, JSON.stringify({ ...shipped, instances }));
  return { folder, path };
}
