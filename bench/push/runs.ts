import { seededRandom } from '../../local/random.ts';

/** A run on AWS that an AutoSys job waits for. */
export interface PushRun {
  /** In names of AutoSys and AWS alike. */
  readonly at: number;
  /** After the beginning of the night. */
  readonly startMs: number;
  readonly endMs: number;
}

/** Some runs, and how they lie to each other. */
export interface Scene {
  readonly name: string;
  readonly runs: readonly PushRun[];
}

/** Runs of half a minute to half an hour, begun over an hour. */
export function createScene(count: number, first: number): Scene {
  const random = seededRandom(3);
  const runs = Array.from({ length: count }, (_, at) => {
    const startMs = Math.round(random() * 3_600_000);
    // Evenly by the logarithm: many short ones, few long ones.
    const lengthMs = Math.round(30_000 * 60 ** random());
    return { at: first + at, startMs, endMs: startMs + lengthMs };
  });
  return { name: `${count} runs of 30 s to 30 min over an hour`, runs };
}

/** Runs that begin within two seconds, as at the stroke of two, and end together ten minutes later. */
export function makeCrowd(count: number, first: number): Scene {
  const random = seededRandom(5);
  const runs = Array.from({ length: count }, (_, at) => {
    return { at: first + at, startMs: Math.round(random() * 2_000), endMs: 601_000 };
  });
  return { name: `${count} runs at once, of 10 min`, runs };
}

export const toGatedJob = ({ at }: PushRun) => `GATED_${at}`;
export const toPollJob = ({ at }: PushRun) => `POLL_${at}`;
export const toGlobalVariable = ({ at }: PushRun) => `AWS_FLOW_${at}`;
export const toStateMachine = ({ at }: PushRun) => `flow-${at}`;
