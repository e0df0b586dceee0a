import { AutosysClient } from '../../autosys/client/index.ts';
import type { Autosys } from '../../lambda/delivery/autosys.ts';
import { createDrain } from '../../lambda/delivery/drain.ts';
import { createReport } from '../../lambda/report/report.ts';
import { createRouteIndex } from '../../lambda/routing/routes.ts';
import { AutosysProcess } from '../autosys.ts';
import { bindDeps } from '../bridge.ts';
import { type OutageSize, readOutageRoutes, toJil } from './night.ts';
import { VirtualTime } from './virtual-time.ts';
import { createWeighedTable } from './weighed-table.ts';

/** A bridge on virtual time before an AutoSys that really answers. */
export interface DrainWorld extends AsyncDisposable {
  readonly far: AutosysProcess;
  readonly time: VirtualTime;
  readonly table: ReturnType<typeof createWeighedTable>;
  readonly report: ReturnType<typeof createReport>;
  readonly drain: ReturnType<typeof createDrain>;
  /** What AutoSys was asked for since the last asking. */
  readonly takeTally: () => Tally;
}

export interface Tally {
  /** Events that were tried to be sent. */
  readonly sent: number;
  readonly reads: number;
}

/** Starts the AutoSys, and binds report and drain to it. */
export async function openWorld(size: OutageSize, startMs: number): Promise<DrainWorld> {
  await using stack = new AsyncDisposableStack();
  const far = stack.use(await AutosysProcess.start({ jil: toJil(size) }));
  const time = new VirtualTime(startMs);
  const client = stack.use(createClient(far, time.now));
  const { autosys, takeTally } = countCalls(client, size, time);
  const table = createWeighedTable({ now: time.now });
  const deps = bindDeps({ table, autosys, now: time.now, sleep: time.sleep });
  const routes = createRouteIndex(readOutageRoutes(size));
  const held = stack.move();
  return {
    far,
    time,
    table,
    report: createReport({ ...deps, routes }),
    drain: createDrain(deps),
    takeTally,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
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

/** The AutoSys that is asked, with a tally; virtual time stands still while it answers. */
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
      const taken = { sent, reads };
      sent = 0;
      reads = 0;
      return taken;
    },
  };
}
