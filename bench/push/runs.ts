import { seededRandom } from '../../local/random.ts';

/** A run on AWS that an AutoSys job waits for. */
export interface PushRun {
  /** Part of the names in AutoSys and AWS. */
  readonly at: number;
  /** After the start of the scenario. */
  readonly startMs: number;
  readonly endMs: number;
}

/** A set of runs with their times. */
export interface Scenario {
  readonly name: string;
  readonly runs: readonly PushRun[];
}

/** Runs of 30 seconds to 30 minutes, started within an hour. */
export function createScenario(count: number, first: number): Scenario {
  const random = seededRandom(3);
  const runs = Array.from({ length: count }, (_, at) => {
    const startMs = Math.round(random() * 3_600_000);
    // Evenly distributed by the logarithm: many short runs, few long ones.
    const lengthMs = Math.round(30_000 * 60 ** random());
    return { at: first + at, startMs, endMs: startMs + lengthMs };
  });
  return { name: `${count} runs of 30 s to 30 min over an hour`, runs };
}

/**
 * Runs that begin within two seconds, as at a fixed start time, and end together ten minutes later.
 */
export function createBurst(count: number, first: number): Scenario {
  const random = seededRandom(5);
  const runs = Array.from({ length: count }, (_, at) => {
    return { at: first + at, startMs: Math.round(random() * 2_000), endMs: 601_000 };
  });
  return { name: `${count} runs at once, of 10 min`, runs };
}

export const toWaitingJob = ({ at }: PushRun) => `WAITING_${at}`;
export const toPollJob = ({ at }: PushRun) => `POLL_${at}`;
export const toGlobalVariable = ({ at }: PushRun) => `AWS_FLOW_${at}`;
export const toStateMachine = ({ at }: PushRun) => `flow-${at}`;
