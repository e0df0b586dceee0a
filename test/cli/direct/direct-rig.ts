import { setImmediate as nextTurn } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { AgentClock, Kill } from '../../../cli/agent/agent-io.ts';
import type { LaunchClient } from '../../../cli/agent/api/launch-api.ts';
import { printRunLog } from '../../../cli/agent/log/print-log.ts';
import type { WaitEnd, WaitPlan } from '../../../cli/agent/wait/state.ts';
import { type WaitResult, waitForRun } from '../../../cli/agent/wait/wait-for-run.ts';
import { createDirectCalls } from '../../../cli/direct/aws-calls.ts';
import { createDirectClient } from '../../../cli/direct/direct-client.ts';
import type { StartRequest } from '../../../lambda/launch/api.ts';
import type { LaunchTarget } from '../../../lambda/routing/targets.ts';
import { seededRandom } from '../../../local/index.ts';
import { startPlannedAws } from '../../local/workloads/planned-aws.ts';

const home = { account: '111122223333', region: 'eu-west-1' } as const;

/** What a command of direct mode is asked for. */
export interface DirectAsk {
  readonly request?: Partial<StartRequest>;
  /** JSON text. */
  readonly input?: string;
  readonly plan?: Partial<WaitPlan>;
  /** Name of the target. @default - the first */
  readonly target?: string;
}

/** A command of direct mode in this process. */
export interface DirectCommand {
  readonly lines: readonly string[];
  readonly kill: (kill: Kill) => void;
  readonly hasEnded: () => boolean;
  readonly end: () => WaitEnd;
  readonly result: () => WaitResult;
  /** Lines of the log of the run. */
  readonly readLog: () => Promise<readonly string[]>;
}

/**
 * Commands of direct mode with the real SDK clients over sockets, against the embedded AWS. Both are
 * on one clock that the test moves.
 */
export async function startDirectRig(targets: readonly LaunchTarget[]) {
  const aws = await startPlannedAws();
  onTestFinished(() => aws[Symbol.asyncDispose]());
  const { workloads, clock } = aws;
  const agentClock: AgentClock = clock;
  const random = seededRandom(7);
  let inFlight = 0;

  /** Waits until no command waits for an answer of AWS. */
  async function settle(): Promise<void> {
    for (let quiet = 0; quiet < 5; ) {
      await nextTurn();
      quiet = inFlight === 0 ? quiet + 1 : 0;
    }
  }

  function counted(client: LaunchClient): LaunchClient {
    const count = <Given extends readonly unknown[], Result>(
      call: (...given: Given) => Promise<Result>,
    ) => {
      return async (...given: Given): Promise<Result> => {
        inFlight += 1;
        try {
          return await call(...given);
        } finally {
          inFlight -= 1;
        }
      };
    };
    const { start, poll, hold, stop, log, find } = client;
    return {
      ...client,
      ...{ start: count(start), poll: count(poll), hold: count(hold), stop: count(stop) },
      ...{ log: count(log), find: count(find) },
    };
  }

  function run({ request = {}, input, plan = {}, target }: DirectAsk = {}): DirectCommand {
    const now = () => new Date(clock.now());
    const targetName = target ?? targets[0]?.name ?? '';
    const calls = createDirectCalls(
      {
        ...{ region: home.region, endpoint: workloads.url, maxAttempts: 1 },
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      },
      now,
    );
    const caller = { name: 'direct mode', secret: '', jobs: ['*'] };
    const names = targets.map(({ name }) => name);
    const api = counted(
      createDirectClient({
        ...{ calls, home, targetName, now, random },
        readRules: () => ({
          targets,
          callers: [{ ...caller, targets: names }],
          instances: ['ACE'],
        }),
      }),
    );
    onTestFinished(() => api.close());
    const lines: string[] = [];
    const listeners = new Set<(kill: Kill) => void>();
    let result: WaitResult | undefined;
    const isStart = (plan.kind ?? 'start') === 'start';
    const job = { job: 'NIGHT_EOD', run: 1620, try: 1, instance: 'ACE' };
    const start = { target: targetName, ...job, launchId: 'one', ...request };
    void waitForRun(
      {
        ...{ kind: 'start', name: undefined, target: targetName, isDetached: false },
        ...{ timeout: undefined, reason: '', isDirect: true, logs: 'none' },
        describeResume: (name) => `continue with --attach ${name}`,
        ...plan,
      },
      {
        ...{ api, clock: agentClock, random, find: {} },
        start: isStart ? { request: start, input } : undefined,
        onKill(listener) {
          listeners.add(listener);
          return { [Symbol.dispose]: () => void listeners.delete(listener) };
        },
        print: (_, text) => void lines.push(text),
      },
    ).then((one) => {
      result = one;
    });
    const toResult = () => {
      if (result === undefined) throw new Error(`the command waits: ${lines.join('\n')}`);
      return result;
    };
    return {
      lines,
      kill: (kill) => {
        for (const listener of listeners) listener(kill);
      },
      hasEnded: () => result !== undefined,
      end: () => toResult().end,
      result: toResult,
      async readLog() {
        const printed: string[] = [];
        const { answer } = toResult().state;
        const request = { name: answer?.name ?? '', console: undefined, hasStragglers: false };
        let isRead = false;
        const reading = printRunLog(request, {
          ...{ api, clock: agentClock, random },
          print: (line) => void printed.push(line),
        }).finally(() => {
          isRead = true;
        });
        while (!isRead) await pass(1_000);
        await reading;
        return printed;
      },
    };
  }

  /** Lets time pass, in steps of half a second, each of which waits for the answers of AWS. */
  async function pass(ms: number): Promise<void> {
    await settle();
    for (let passed = 0; passed < ms; passed += stepMs) {
      await clock.advance(Math.min(stepMs, ms - passed));
      await settle();
    }
  }

  /** Lets time pass until the command has ended. */
  async function finish(command: DirectCommand, withinMs = 3_600_000): Promise<WaitEnd> {
    await settle();
    for (let passed = 0; passed < withinMs && !command.hasEnded(); passed += stepMs) {
      await pass(stepMs);
    }
    return command.end();
  }

  return {
    ...aws,
    run,
    pass,
    finish,
    /** Number of all calls so far. */
    calls: () => Object.values(workloads.calls).reduce((sum, count) => sum + count, 0),
    /** Names of the runs that AWS has, with their statuses. */
    runs: () => workloads.runs.map(({ runName, status }) => `${runName} ${status}`),
  };
}

const stepMs = 500;
