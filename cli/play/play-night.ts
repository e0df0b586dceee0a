import { setTimeout as sleep } from 'node:timers/promises';
import { AutosysClient } from '../../autosys/client/index.ts';
import { printSendevent } from '../../autosys/sendevent.ts';
import { isActive } from '../../autosys/status.ts';
import { EnvelopeError } from '../../local/index.ts';
import { createRedate } from '../demo/redate.ts';
import { describeAwsEvent, type Timeline } from '../demo/timeline.ts';
import type { Io } from '../io.ts';
import { followEvent } from './follow-event.ts';
import { isOpenEntry, readEntries } from './ledger-rows.ts';
import type { NightAction, NightStep } from './night-file.ts';
import type { ServedWorlds } from './serve.ts';
import type { Worlds } from './worlds.ts';

/** What a night is played with. */
export interface NightDeps {
  readonly worlds: Worlds;
  readonly served: Pick<ServedWorlds, 'trigger' | 'incidents'>;
  readonly timeline: Timeline;
  readonly io: Io;
}

/**
 * Plays the steps of a night at their times, and resolves when the functions have handled every
 * event. Stops early if the command is stopped.
 *
 * @param speed divides the time between the steps; jobs and bridge run in real time
 * @returns what could not be done, such as a job that AutoSys does not have
 */
export async function playNight(
  steps: readonly NightStep[],
  speed: number,
  deps: NightDeps,
): Promise<readonly string[]> {
  const { io } = deps;
  const act = createAct(deps);
  const startMs = io.clock.now().getTime();
  const running: Promise<readonly string[]>[] = [];
  for (const { atMs, action } of steps) {
    const leftMs = startMs + atMs / speed - io.clock.now().getTime();
    await sleep(Math.max(0, leftMs), undefined, { signal: io.signal }).catch(() => undefined);
    if (io.signal.aborted) break;
    // Not awaited: the next step has its own time, and a message may take a minute.
    running.push(act(action));
  }
  return (await Promise.all(running)).flat();
}

/** Resolves when no job runs and no entry waits for the bridge, or after `withinMs`. */
export async function waitUntilQuiet(
  { autosyses, aws }: Worlds,
  { withinMs, io }: { readonly withinMs: number; readonly io: Io },
): Promise<boolean> {
  const untilMs = io.clock.now().getTime() + withinMs;
  for (;;) {
    // A box is RUNNING while its members wait.
    const isBusy = [...autosyses.values()].some(({ instance }) =>
      instance.jobs().some(({ job, status }) => job.type !== 'BOX' && isActive(status)),
    );
    if (!isBusy && !(await readEntries(aws)).some(isOpenEntry)) return true;
    if (io.signal.aborted || io.clock.now().getTime() >= untilMs) return false;
    await sleep(quietPollMs, undefined, { signal: io.signal }).catch(() => undefined);
  }
}

const quietPollMs = 1_000;

/** Does what a step says. @returns why it could not be done; empty otherwise */
function createAct({ worlds, served, timeline }: NightDeps) {
  const redate = createRedate();
  return async function act(action: NightAction): Promise<readonly string[]> {
    switch (action.kind) {
      case 'trigger': {
        const result = await served.trigger(action.request);
        return result.kind === 'refused' ? result.faults : [];
      }
      case 'event': {
        const event = redate(action.event, new Date());
        return emit(worlds, event, timeline);
      }
      case 'sendevent':
        return send(worlds, action, timeline);
      case 'break': {
        const result = await served.incidents.breakAutosys(action.request);
        return result.kind === 'refused' ? result.faults : [];
      }
      case 'mend': {
        const result = await served.incidents.mendAutosys();
        return result.kind === 'refused' ? result.faults : [];
      }
      default:
        return action satisfies never;
    }
  };
}

async function emit(
  { aws }: Worlds,
  event: unknown,
  timeline: Timeline,
): Promise<readonly string[]> {
  try {
    await followEvent(aws, event, ({ matched }) =>
      timeline.print('AWS', describeAwsEvent(event, matched, new Date())),
    );
    return [];
  } catch (error) {
    if (error instanceof EnvelopeError) return [error.message];
    throw error;
  }
}

/** Sends an event as an operator, to the first instance unless another is named. */
async function send(
  { autosyses }: Worlds,
  { event, instance }: Extract<NightAction, { readonly kind: 'sendevent' }>,
  timeline: Timeline,
): Promise<readonly string[]> {
  const name = instance ?? [...autosyses.keys()][0] ?? '';
  const autosys = autosyses.get(name);
  if (autosys === undefined) return [`unknown instance ${name}`];
  const { url, certificateAuthority, user, password } = autosys;
  const line = printSendevent(event, {});
  timeline.print('operator', line);
  const client = new AutosysClient({
    endpoints: [url],
    certificateAuthority,
    credentials: async () => ({ username: user, password }),
  });
  try {
    await client.sendEvent(event);
    return [];
  } catch (error) {
    return [`${line}: ${error instanceof Error ? error.message : 'failed'}`];
  } finally {
    client.close();
  }
}
