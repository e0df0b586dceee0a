import { AutosysClient } from '../../autosys/client/index.ts';
import { parseAutosysInstance } from '../../autosys/names.ts';
import type { Autosys } from '../../lambda/report/bring-about.ts';
import { createDrain } from '../../lambda/report/drain.ts';
import { createReport } from '../../lambda/report/report.ts';
import { createRouteIndex } from '../../lambda/shared/routes.ts';
import { AutosysProcess } from '../autosys.ts';
import { bindPowers } from '../bridge.ts';
import { collectGarbage } from '../heap.ts';
import { type Change, listChanges, type OutageSize, readOutageRoutes, toJil } from './night.ts';
import { VirtualTime } from './virtual-time.ts';
import { createWeighedTable } from './weighed-table.ts';

/** What one part of the night took. */
interface Part {
  /** Events that were tried to be sent. */
  readonly sent: number;
  readonly reads: number;
  readonly drains: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

export interface OutageFigures {
  readonly size: OutageSize;
  readonly outage: Part;
  readonly recovery: Part & {
    readonly brought: number;
    readonly virtualSeconds: number;
    /** Variables with another than their newest value, and one-offs that started no job or two. */
    readonly wrong: number;
    readonly heap: readonly {
      readonly brought: number;
      readonly bytes: number;
      readonly tableBytes: number;
    }[];
  };
}

const ace = parseAutosysInstance('ACE');
const minuteMs = 60_000;
/** Of a minute's invocation the last seconds are kept to write down what is unfinished (`lambda/deadline.ts`). */
const drainMs = 55_000;
const batchSize = 10;

/** Lets AWS announce changes for hours while AutoSys is down, then lets AutoSys come back. */
export async function playOutage(
  size: OutageSize,
  tell: (progress: string) => void,
): Promise<OutageFigures> {
  await using far = await AutosysProcess.start({ jil: toJil(size) });
  const time = new VirtualTime(Date.parse('2026-11-20T00:00:00Z'));
  using client = createClient(far);
  const counted = countCalls(client.it, size, time);
  const table = createWeighedTable({ now: time.now });
  const powers = bindPowers({ table, autosys: counted.autosys, now: time.now, pause: time.pause });
  const report = createReport({ ...powers, routes: createRouteIndex(readOutageRoutes(size)) });
  const drain = createDrain(powers);
  const changes = listChanges(size, time.nowMs);

  await far.order({ kind: 'go down' });
  let meter = startMeter();
  let drains = 0;
  const forever = new AbortController().signal;
  for (let at = 0; at < changes.length; at += batchSize) {
    const batch = changes.slice(at, at + batchSize);
    while (time.nowMs + minuteMs <= (batch[0]?.atMs ?? 0)) {
      time.nowMs += minuteMs;
      for await (const _ of drain(ace, forever));
      drains += 1;
    }
    await Promise.all(batch.map((change) => report(toMessage(change), forever)));
    tell(`outage: ${at} of ${changes.length} changes`);
  }
  const outage = { ...counted.take(), drains, ...meter() };

  await far.order({ kind: 'come back' });
  const recoveredAtMs = time.nowMs;
  const heap: { brought: number; bytes: number; tableBytes: number }[] = [];
  const sampleEvery = Math.ceil((size.targets + size.oneOffs) / 10);
  const idle = { cpuSeconds: 0, wallSeconds: 0 };
  let brought = 0;
  drains = 0;
  meter = startMeter();
  for (let quiet = 0; quiet < 3; ) {
    // What is held back by the gate's wait comes due within minutes.
    const before = brought;
    const drainedAtMs = time.nowMs;
    for await (const drained of drain(ace, time.signalAfter(drainMs))) {
      if (drained.kind === 'failed') throw new Error(`${drained.key}: ${drained.error.message}`);
      if (drained.outcome.kind === 'confirmed') brought += 1;
      if (drained.outcome.kind === 'confirmed' && brought % sampleEvery === 0) {
        const sampling = startMeter();
        heap.push({ brought, bytes: collectGarbage(), tableBytes: table.bytes() });
        const { cpuSeconds, wallSeconds } = sampling();
        idle.cpuSeconds += cpuSeconds;
        idle.wallSeconds += wallSeconds;
      }
      tell(`recovery: ${brought} entries`);
    }
    drains += 1;
    quiet = brought > before || brought === 0 ? 0 : quiet + 1;
    if (quiet === 0) time.lastWorkMs = time.nowMs;
    time.nowMs = Math.max(time.nowMs, drainedAtMs + minuteMs);
  }
  const { cpuSeconds, wallSeconds } = meter();
  return {
    size,
    outage,
    recovery: {
      ...counted.take(),
      drains,
      cpuSeconds: cpuSeconds - idle.cpuSeconds,
      wallSeconds: wallSeconds - idle.wallSeconds,
      brought,
      virtualSeconds: (time.lastWorkMs - recoveredAtMs) / 1_000,
      wrong: await countWrong(far, size),
      heap,
    },
  };
}

function toMessage({ id, event }: Change) {
  return { messageId: id, body: JSON.stringify(event) };
}

function createClient({ access }: AutosysProcess): Disposable & { readonly it: AutosysClient } {
  const { url, certificateAuthority, user, password } = access;
  const it = new AutosysClient({
    endpoints: [url],
    certificateAuthority,
    credentials: async () => ({ username: user, password }),
  });
  return { it, [Symbol.dispose]: () => it.close() };
}

/** The AutoSys that is asked, with a tally of what it is asked for. */
function countCalls(client: AutosysClient, { drainPerSecond }: OutageSize, time: VirtualTime) {
  let sent = 0;
  let reads = 0;
  const autosys: Autosys = {
    confirmWithinMs: 10_000,
    deadlineMs: 345_600_000,
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
    /** What was asked for since the last asking. */
    take: () => {
      const taken = { sent, reads };
      sent = 0;
      reads = 0;
      return taken;
    },
  };
}

async function countWrong(far: AutosysProcess, size: OutageSize): Promise<number> {
  const told = await far.order({ kind: 'tell' });
  if (told.kind !== 'told') throw new Error(`the AutoSys of the measurement said ${told.kind}`);
  const right = told.values.filter(([, value]) => value === 'SUCCEEDED').length;
  const started = told.starts.filter(([, starts]) => starts === 1).length;
  return size.targets - right + (size.oneOffs - started);
}

function startMeter() {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return {
      cpuSeconds: (user + system) / 1e6,
      wallSeconds: (performance.now() - startedAt) / 1e3,
    };
  };
}
