import { setTimeout as sleep } from 'node:timers/promises';
import type { Timeline } from '../demo/timeline.ts';
import { writeFile } from '../files.ts';
import type { Io } from '../io.ts';
import { startControlServer } from './control-server.ts';
import { formatEnvironment } from './environment.ts';
import { createIncidents, type Incidents } from './incidents.ts';
import { createTrigger, type TriggerWorkload } from './trigger-workload.ts';
import type { Worlds } from './worlds.ts';

/** The embedded worlds with what the commands of other processes can do in them. */
export interface ServedWorlds extends AsyncDisposable {
  readonly trigger: TriggerWorkload;
  readonly incidents: Incidents;
  /** File with the environment of the commands, as shell lines. */
  readonly environmentPath: string;
}

/** How often the sweep is invoked, instead of every minute. */
export const servedSweepMs = 5_000;

/**
 * Starts the control endpoint of the worlds, writes the environment in which commands reach them,
 * and invokes the sweep every five seconds.
 *
 * @param envOut path of the environment. @default - a temporary file
 * @throws {FileError} if that file cannot be written
 */
export async function serveWorlds(
  worlds: Worlds,
  {
    io,
    timeline,
    envOut,
  }: { readonly io: Io; readonly timeline: Timeline; readonly envOut: string | undefined },
): Promise<ServedWorlds> {
  await using stack = new AsyncDisposableStack();
  const incidents = logIncidents(createIncidents(worlds), timeline);
  const trigger = createTrigger(worlds, timeline, () => io.clock.now());
  const server = stack.use(await startControlServer({ ...incidents, trigger }));
  const control = stack.use(await io.writeTemporary('play.json', JSON.stringify(server.access)));
  const text = formatEnvironment(worlds, control.path);
  if (envOut !== undefined) writeFile(io, envOut, text);
  const environmentPath = envOut ?? stack.use(await io.writeTemporary('environment', text)).path;
  stack.use(repeatSweep(worlds));
  const resources = stack.move();
  return {
    ...{ trigger, incidents, environmentPath },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Resolves on SIGINT or SIGTERM, and when the process that started this one has ended. */
export async function waitUntilEnded({ signal }: Pick<Io, 'signal'>): Promise<void> {
  const parent = process.ppid;
  while (!signal.aborted && process.ppid === parent) {
    await sleep(parentCheckMs, undefined, { signal }).catch(() => undefined);
  }
}

const parentCheckMs = 1_000;

/** The sweep runs every minute; here more often, so that an incident is over within seconds. */
function repeatSweep({ aws }: Worlds): AsyncDisposable {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = (async () => {
    while (!signal.aborted) {
      await sleep(servedSweepMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await aws.tick('Sweep');
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await loop;
    },
  };
}

/** Prints each incident in the timeline. */
function logIncidents(incidents: Incidents, timeline: Timeline): Incidents {
  const log = (done: Awaited<ReturnType<Incidents['mendAutosys']>>) => {
    if (done.kind === 'done') for (const line of done.lines) timeline.print('operator', line);
    return done;
  };
  return {
    breakAutosys: async (request) => log(await incidents.breakAutosys(request)),
    mendAutosys: async () => log(await incidents.mendAutosys()),
  };
}
