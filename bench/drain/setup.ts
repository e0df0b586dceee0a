import { AutosysClient } from '../../autosys/client/index.ts';
import type { Autosys } from '../../lambda/delivery/autosys.ts';
import { createDrain } from '../../lambda/delivery/drain.ts';
import { createReport } from '../../lambda/report/report.ts';
import { createRouteIndex } from '../../lambda/routing/routes.ts';
import { AutosysProcess } from '../autosys.ts';
import { bindDeps } from '../bridge.ts';
import { type OutageSize, readOutageRoutes, toJil } from './scenario.ts';
import { createSizedTable } from './sized-table.ts';
import { VirtualTime } from './virtual-time.ts';

/** A bridge on virtual time with an AutoSys over real HTTPS. */
export interface DrainSetup extends AsyncDisposable {
  readonly autosys: AutosysProcess;
  readonly time: VirtualTime;
  readonly table: ReturnType<typeof createSizedTable>;
  readonly report: ReturnType<typeof createReport>;
  readonly drain: ReturnType<typeof createDrain>;
  /** The requests to AutoSys since the last call. */
  readonly takeTally: () => Tally;
}

export interface Tally {
  /** Events for which a send was attempted. */
  readonly sent: number;
  readonly reads: number;
}

/** Starts the AutoSys, and binds report and drain to it. */
export async function openSetup(size: OutageSize, startMs: number): Promise<DrainSetup> {
  await using stack = new AsyncDisposableStack();
  const autosysProcess = stack.use(await AutosysProcess.start({ jil: toJil(size) }));
  const time = new VirtualTime(startMs);
  const client = stack.use(createClient(autosysProcess, time.now));
  const { autosys, takeTally } = countCalls(client, size, time);
  const table = createSizedTable({ now: time.now });
  const deps = bindDeps({ table, autosys, now: time.now, sleep: time.sleep });
  const routes = createRouteIndex(readOutageRoutes(size));
  const disposables = stack.move();
  return {
    autosys: autosysProcess,
    time,
    table,
    report: createReport({ ...deps, routes }),
    drain: createDrain(deps),
    takeTally,
    [Symbol.asyncDispose]: () => disposables.disposeAsync(),
  };
}

function createClient({ access }: AutosysProcess, now: () => Date): AutosysClient {
  const { url, certificateAuthority, user, password } = access;
  return new AutosysClient({
    endpoints: [url],
    certificateAuthority,
    credentials: async () => ({ username: user, password }),
    now,
  });
}

/** The client of AutoSys with a request counter; virtual time stops while AutoSys answers. */
function countCalls(client: AutosysClient, { drainPerSecond }: OutageSize, time: VirtualTime) {
  let sent = 0;
  let reads = 0;
  const autosys: Autosys = {
    confirmWithinMs: 10_000,
    deadlineMs: 345_600_000,
    oldEvents: 'park',
    drainPerSecond,
    port: {
      sendEvent: (event, options) => {
        sent += 1;
        return time.during(client.sendEvent(event, options));
      },
      readJob: (job, options) => {
        reads += 1;
        return time.during(client.readJob(job, options));
      },
      readGlobalVariable: (name, options) => {
        reads += 1;
        return time.during(client.readGlobalVariable(name, options));
      },
    },
  };
  return {
    autosys,
    takeTally: (): Tally => {
      const tally = { sent, reads };
      sent = 0;
      reads = 0;
      return tally;
    },
  };
}
