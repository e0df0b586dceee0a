import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildDirect } from '../../cli/build-direct.ts';
import { LocalWorkloads } from '../../local/workloads.ts';
import { serveAws } from '../../test/support/connect-proxy.ts';
import { listen } from '../../test/support/servers.ts';
import { endWaiter, readPrivateMemory, untilPrinted } from './waiter-process.ts';

const home = { account: '111122223333', region: 'eu-west-1' };
const routeFile = `instances:
  ACE: { endpoints: ["https://ace.example.com:9443"], secret: autosys/ACE/bridge }
targets:
  settlement: { stateMachine: settle, input: { run: "\${job}/\${run}" } }
callers:
  agents: { secret: autosys/launch/agents, targets: [settlement], jobs: ["*"] }
`;
/** As for the command of the launch API; and once more after a minute of waiting. */
const settleMs = 2_000;
const laterMs = 60_000;

/** Private memory of waiting commands of direct mode in KB. */
export interface DirectMemory {
  /** Two seconds after the run is active; one value per round. */
  readonly atOnce: readonly number[];
  /** One minute later, of the last round. */
  readonly later: number;
}

/**
 * Measures the built command of direct mode while it waits for a run of the embedded AWS, over TLS.
 *
 * @returns `undefined` if this is not Linux
 */
export async function measureDirectMemory(
  rounds: number,
  authority: {
    readonly certificate: string;
    readonly server: Parameters<typeof serveAws>[0];
  },
): Promise<DirectMemory | undefined> {
  if (process.platform !== 'linux') return undefined;
  await using stack = new AsyncDisposableStack();
  const workloads = stack.use(await LocalWorkloads.start(home));
  const steps = [{ kind: 'wait' as const, state: 'Work', for: 3_600_000 }];
  workloads.define({ stateMachine: 'settle', runs: { steps } });
  const identity = stack.use(await startIdentity());
  const toUrl = (port: number) => `http://127.0.0.1:${port}`;
  const sts = stack.use(await serveAws(authority.server, () => toUrl(identity.port)));
  const states = stack.use(await serveAws(authority.server, () => workloads.url));
  const folder = mkdtempSync(join(tmpdir(), 'bench-direct-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const pathOf = (name: string) => join(folder, name);
  await buildDirect(pathOf('direct.mjs'));
  writeFileSync(pathOf('bridge.yaml'), routeFile);
  writeFileSync(pathOf('ca.pem'), authority.certificate);
  const atOnce: number[] = [];
  let later = Number.NaN;
  for (let round = 1; round <= rounds; round += 1) {
    const argv = [pathOf('direct.mjs'), 'run', 'settlement', '--direct'];
    const child = spawn(process.execPath, argv, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...{ HOME: folder, AUTOSYS_BRIDGE_TARGETS: pathOf('bridge.yaml') },
        ...{ AUTO_JOB_NAME: 'PAY_EOD', AUTORUN: `${round}/1`, AUTOSERV: 'ACE' },
        ...{ AWS_REGION: home.region, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
        AWS_ENDPOINT_URL_STS: `https://localhost:${sts.port}`,
        AWS_ENDPOINT_URL_SFN: `https://localhost:${states.port}`,
        NODE_EXTRA_CA_CERTS: pathOf('ca.pem'),
      },
    });
    await untilPrinted(child, ' RUNNING');
    await sleep(settleMs);
    atOnce.push(readPrivateMemory(child.pid ?? 0));
    if (round === rounds) {
      await sleep(laterMs);
      later = readPrivateMemory(child.pid ?? 0);
    }
    await endWaiter(child);
  }
  return { atOnce, later };
}

/** STS that answers GetCallerIdentity. */
function startIdentity() {
  const answer = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::${home.account}:assumed-role/agent/i-1</Arn><UserId>A</UserId><Account>${home.account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
  return listen(
    createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(200).end(answer));
    }),
  );
}
