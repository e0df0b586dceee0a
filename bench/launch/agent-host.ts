import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type LaunchServer,
  startLaunchServer,
  testLogin,
  toBasic,
} from '../../test/cli/agent/launch-server.ts';
import { makeAuthority } from '../../test/support/certificates.ts';
import { measureAlternately } from '../rounds.ts';
import { type DirectMemory, measureDirectMemory } from './direct-waiter.ts';
import { startSlowLink } from './slow-link.ts';
import {
  buildWaiters,
  endWaiter,
  readPrivateMemory,
  untilPrinted,
  type WaiterKind,
  type WaiterPrograms,
} from './waiter-process.ts';

/** The artificial round trip of the measurement of stops. */
export const tripMs = 50;

type PerKind = Readonly<Record<WaiterKind, readonly number[]>>;

/** What a waiting command takes on its host; one value per round. */
export interface AgentHostFigures {
  readonly commandBytes: number;
  /** Private memory while a request is held, in KB. @default - not measured: not Linux */
  readonly memory: PerKind | undefined;
  /** Private memory of direct mode. @default - not measured: not Linux */
  readonly direct: DirectMemory | undefined;
  /** Process start to the arrival of the first request, in milliseconds. */
  readonly firstRequest: PerKind;
  /** SIGTERM to the line of the accepted stop, in milliseconds; and one round trip. */
  readonly stop: Readonly<Record<'paced' | 'held' | 'roundTrip', readonly number[]>>;
}

/** Measures the built command against a scripted launch API over TLS. */
export async function measureAgentHost(rounds: number): Promise<AgentHostFigures> {
  await using stack = new AsyncDisposableStack();
  const authority = await makeAuthority();
  const server = stack.use(await startLaunchServer(authority.server));
  const programs = stack.use(await buildWaiters(authority.certificate));
  const firstRequest = await measureAlternately(
    perKind((kind) => measureFirstRequest(kind, programs, server)),
    { rounds },
  );
  const memory =
    process.platform === 'linux'
      ? await measureAlternately(
          perKind((kind) => measureMemory(kind, programs, server)),
          { rounds },
        )
      : undefined;
  const direct = await measureDirectMemory(rounds, authority);
  const link = stack.use(await startSlowLink(server.port, tripMs));
  const url = `https://localhost:${link.port}/prod`;
  const agent = stack.adopt(new Agent({ keepAlive: true, ca: authority.certificate }), (one) =>
    one.destroy(),
  );
  const stop = await measureAlternately(
    {
      paced: () => measureStop('paced', { programs, server, url }),
      held: () => measureStop('held', { programs, server, url }),
      roundTrip: () => measureRoundTrip(url, agent),
    },
    { rounds },
  );
  return { commandBytes: programs.commandBytes, memory, direct, firstRequest, stop };
}

function perKind(measure: (kind: WaiterKind) => Promise<number>) {
  return {
    command: () => measure('command'),
    bare: () => measure('bare'),
    got: () => measure('got'),
  };
}

async function measureFirstRequest(
  kind: WaiterKind,
  programs: WaiterPrograms,
  server: LaunchServer,
): Promise<number> {
  const arrived = server.arrived(/^POST/, server.find(/^POST/).length + 1);
  const startedMs = performance.now();
  const child = programs.start(kind, server.url);
  await arrived;
  const ms = performance.now() - startedMs;
  await endWaiter(child);
  return ms;
}

/** Garbage of the start is collected, or not, as in a real wait: nothing is done about it. */
const settleMs = 2_000;

async function measureMemory(
  kind: WaiterKind,
  programs: WaiterPrograms,
  server: LaunchServer,
): Promise<number> {
  const held = server.arrived(/\/wait/, server.find(/\/wait/).length + 1);
  const child = programs.start(kind, server.url);
  await held;
  await sleep(settleMs);
  const kilobytes = readPrivateMemory(child.pid ?? 0);
  await endWaiter(child);
  return kilobytes;
}

async function measureStop(
  waits: 'paced' | 'held',
  {
    programs,
    server,
    url,
  }: {
    readonly programs: WaiterPrograms;
    readonly server: LaunchServer;
    readonly url: string;
  },
): Promise<number> {
  const refusal = { status: 429, body: { message: 'Too Many Requests' } };
  server.reactAlways(/\/wait/, waits === 'paced' ? refusal : undefined);
  const waiting = server.arrived(/\/wait/, server.find(/\/wait/).length + 1);
  const child = programs.start('command', url);
  await waiting;
  // The poll after a refused hold is answered within three trips; the next is due after 3 s.
  await sleep(10 * tripMs);
  const accepted = untilPrinted(child, 'stop requested');
  const killedMs = performance.now();
  child.kill('SIGTERM');
  await accepted;
  const ms = performance.now() - killedMs;
  await endWaiter(child);
  return ms;
}

function measureRoundTrip(url: string, agent: Agent): Promise<number> {
  const headers = { authorization: toBasic(testLogin) };
  const send = () =>
    new Promise<void>((resolve, reject) => {
      request(`${url}/v1/runs`, { agent, headers }, (answer) => {
        answer.resume().on('end', resolve);
      })
        .on('error', reject)
        .end();
    });
  return send().then(async () => {
    const sentMs = performance.now();
    await send();
    return performance.now() - sentMs;
  });
}
