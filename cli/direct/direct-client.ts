import { apiVersion, type FindAnswer, type RunAnswer } from '../../lambda/launch/api.ts';
import { createCompleteEnd } from '../../lambda/launch/array-exit.ts';
import { createBeginStop } from '../../lambda/launch/stop/carry-out-stop.ts';
import type { LaunchClient } from '../agent/api/launch-api.ts';
import type { ApiOutcome } from '../agent/api/outcome.ts';
import { attachDirect } from './attach.ts';
import { createCallQueue } from './call-queue.ts';
import { refuseUnknownRun, toDirectAnswer } from './direct-answer.ts';
import { type DirectDeps, type DirectFacts, toTargetList } from './direct-facts.ts';
import { createDirectLog } from './direct-log.ts';
import { startDirect } from './direct-start.ts';
import { continueDirectStop, stopDirect, toStopDeps } from './direct-stop.ts';
import { lookUpStart } from './look-up.ts';
import { toFailedOutcome } from './outcomes.ts';
import { refreshRun } from './refresh-run.ts';
import { createRunMemory } from './run-memory.ts';

/**
 * Creates the calls of the launch API by calling AWS from this process, in place of the API. The
 * waiting command is the same for both.
 *
 * The launch and its run are kept in memory, and decided on as in the launch function: names, start
 * once, status, stop with its proof, log. What needs a ledger is left out. One call of AWS is made
 * at a time.
 */
export function createDirectClient(deps: DirectDeps): LaunchClient {
  const facts = toFacts(deps);
  const queue = createCallQueue();
  const readLog = createDirectLog(facts);
  let stopping: Promise<ApiOutcome<RunAnswer>> | undefined;
  return {
    start: (body) => settle(queue.write((signal) => startDirect(facts, body, signal))),
    poll: (name) => settle(queue.read((signal) => pollDirect(facts, name, signal))),
    // The waiting command of direct mode holds no request.
    hold: async () => ({ kind: 'throttled', retryAfterMs: undefined }),
    stop(name, request) {
      // A repeated request is the same stop.
      stopping ??= settle(
        queue.urgent((signal) => stopDirect(facts, { name, ...request }, signal)),
      ).finally(() => {
        stopping = undefined;
      });
      return stopping;
    },
    restart: () => refuseRestart(),
    planRestart: () => refuseRestart(),
    log: (name, from) => settle(queue.read((signal) => readLog(name, from, signal))),
    find: () => settle(queue.read((signal) => findDirect(facts, signal))),
    close() {
      queue.endRead();
      deps.calls.close();
    },
  };
}

/** No command of direct mode restarts a run: a new try of the job starts another one. */
function refuseRestart(): Promise<never> {
  return Promise.reject(new Error('direct mode has no restart'));
}

function toFacts(deps: DirectDeps): DirectFacts {
  let rules = deps.readRules();
  const [caller] = rules.callers;
  if (caller === undefined) throw new Error('the rules of direct mode have no caller');
  return {
    ...deps,
    caller,
    memory: createRunMemory(),
    readRules() {
      rules = deps.readRules();
      return rules;
    },
    target: () => rules.targets.find(({ name }) => name === deps.targetName),
  };
}

async function settle<Body>(outcome: Promise<ApiOutcome<Body>>): Promise<ApiOutcome<Body>> {
  try {
    return await outcome;
  } catch (error) {
    return toFailedOutcome(error);
  }
}

/** The status of the run: one call of AWS, or a step of a stop. */
async function pollDirect(
  facts: DirectFacts,
  name: string,
  signal: AbortSignal,
): Promise<ApiOutcome<RunAnswer>> {
  const { memory, calls } = facts;
  const { launches } = memory;
  const attached = await attachDirect(facts, name, signal);
  if (attached.kind !== 'done') return attached;
  const found = await lookUp(facts, signal);
  if (found.kind !== 'done') return found;
  const refreshed = await refreshRun(facts, signal);
  if (refreshed.kind !== 'done') return refreshed;
  const stored = await launches.readByName(name);
  if (stored === undefined) return refuseUnknownRun(name);
  const stepped = await continueDirectStop(facts, stored, signal);
  const targets = toTargetList(facts);
  const { readChildExits } = calls;
  const completeEnd = createCompleteEnd({ launches, readChildExits, targets });
  const { launch } = await completeEnd(stepped, memory.run(), signal);
  return toDirectAnswer(facts, launch, 200);
}

/** Looks up a start of unknown outcome, and sends the stop that has waited for it. */
async function lookUp(facts: DirectFacts, signal: AbortSignal) {
  const { memory } = facts;
  const wasIntended = memory.launch()?.stage === 'intended';
  const step = await lookUpStart(facts, signal);
  const launch = memory.launch();
  if (wasIntended && launch?.stage === 'started') {
    await createBeginStop(toStopDeps(facts))({ launch, revision: 1 }, signal);
  }
  return step;
}

/** The run of a start whose answer was lost, after a kill. Starts nothing. */
async function findDirect(
  facts: DirectFacts,
  signal: AbortSignal,
): Promise<ApiOutcome<FindAnswer>> {
  const step = await lookUpStart(facts, signal);
  if (step.kind !== 'done' && step.kind !== 'answer') return step;
  const launch = facts.memory.launch();
  const runs = launch?.stage === 'started' ? [toDirectAnswer(facts, launch, 200).body] : [];
  const body = { version: apiVersion, by: 'name', runs } as const;
  return { kind: 'answer', status: 200, body, retryAfterMs: undefined };
}
