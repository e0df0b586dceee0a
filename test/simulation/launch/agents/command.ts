import type { Kill } from '../../../../cli/agent/agent-io.ts';
import { createLaunchClient } from '../../../../cli/agent/api/launch-api.ts';
import type { ExchangeRequest, ExchangeResult } from '../../../../cli/agent/api/outcome.ts';
import type { WaitEnd } from '../../../../cli/agent/wait/state.ts';
import { waitForRun } from '../../../../cli/agent/wait/wait-for-run.ts';
import type { World } from '../../world.ts';
import { launchInstance } from '../launch-deployment.ts';
import type { AgentNetwork, LaunchGateway } from './gateway.ts';

/** The try of a job that runs a command. */
export interface CommandJob {
  readonly job: string;
  readonly run: number;
  readonly try: number;
  readonly target: string;
  readonly again: boolean;
  readonly isDetached: boolean;
  /** `--timeout` in minutes. @default - none */
  readonly timeoutMinutes?: number;
}

/** One process of the command, from its start to its end. */
export interface SimulatedCommand {
  readonly of: CommandJob;
  readonly launchId: string;
  readonly startedMs: number;
  /** Delivers a signal, or the end of the parent process. */
  readonly kill: (kill: Kill) => void;
  /** Ends the process without a trace, as SIGKILL or the loss of its host does. */
  readonly vanish: () => void;
  hasVanished: boolean;
  /** Whether one of its requests may have reached the launch API. */
  mayHaveReached: boolean;
  /** When it was first killed, or its time limit was over. */
  stopCausedMs: number | undefined;
  end: (WaitEnd & { readonly atMs: number; readonly name: string | undefined }) | undefined;
}

interface CommandServices {
  readonly world: World;
  readonly gateway: LaunchGateway;
  readonly network: AgentNetwork;
  readonly newId: () => string;
}

/** Starts the command: its own code, with a simulated process around it. */
export function startCommand(
  of: CommandJob,
  { world, gateway, network, newId }: CommandServices,
  onEnd: (command: SimulatedCommand) => void,
): SimulatedCommand {
  const launchId = newId();
  const listeners = new Set<(kill: Kill) => void>();
  const who = `command of ${of.job} ${of.run}/${of.try}`;
  const command: SimulatedCommand = {
    of,
    launchId,
    startedMs: world.nowMs,
    hasVanished: false,
    mayHaveReached: false,
    stopCausedMs: undefined,
    end: undefined,
    kill(kill) {
      if (command.hasVanished || command.end) return;
      command.stopCausedMs ??= world.nowMs;
      world.log(() => `${who} gets ${kill.kind === 'signal' ? kill.signal : kill.kind}`);
      for (const listener of listeners) listener(kill);
    },
    vanish() {
      if (command.hasVanished || command.end) return;
      command.hasVanished = true;
      world.count('commands vanished');
      world.log(() => `${who} vanishes`);
    },
  };
  const exchange = {
    send: async (request: ExchangeRequest): Promise<ExchangeResult> => {
      if (command.hasVanished) return new Promise(() => {});
      const result = await gateway.send(request, network);
      if (result.kind !== 'unreached') command.mayHaveReached = true;
      return command.hasVanished ? new Promise(() => {}) : result;
    },
    close: () => {},
  };
  const login = { header: () => 'Basic YTpi', reload: () => false, path: 'login' };
  const { job, run, try: attempt, target, again, isDetached, timeoutMinutes } = of;
  const identity = { job, run, try: attempt, instance: launchInstance };
  const timeout =
    timeoutMinutes === undefined
      ? undefined
      : { text: `${timeoutMinutes}m`, ms: timeoutMinutes * 60_000 };
  if (timeout) {
    world.after(timeout.ms, () => {
      if (!command.end && !command.hasVanished) command.stopCausedMs ??= world.nowMs;
    });
  }
  const skewMs = world.between(-2_000, 2_000);
  const plan = {
    ...{ kind: 'start' as const, name: undefined, target, isDetached, timeout, reason: '' },
    describeResume: () => '',
  };
  void waitForRun(plan, {
    api: createLaunchClient({ exchange, login, version: '0' }),
    start: {
      request: {
        ...{ target, ...identity, launchId },
        ...(again && { again }),
        ...(!isDetached && { wait: true }),
      },
      input: undefined,
    },
    find: identity,
    clock: {
      now: () => world.nowMs + skewMs,
      setTimer: (ms, callback) => {
        const timer = world.setTimer(new Date(world.nowMs + ms), () => {
          if (!command.hasVanished) callback();
        });
        return () => timer[Symbol.dispose]();
      },
    },
    random: () => world.random(),
    onKill: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => listeners.delete(listener) };
    },
    print: (_at, text) => world.log(() => `${who}: ${text}`),
  }).then(({ end, state }) => {
    if (command.hasVanished) return;
    command.end = { ...end, atMs: world.nowMs, name: state.name };
    world.count(`commands ended with ${end.code}`);
    world.log(() => `${who} ends with ${end.code}: ${end.source} ${end.errors.join(' ')}`);
    onEnd(command);
  });
  return command;
}
