import type { Launch } from '../../../../lambda/launch/launch.ts';
import { isEndStatus, isRunning, toRootWork, type Work } from '../aws/work.ts';
import type { LaunchSystem } from '../simulate-launches.ts';

/** A start of a run in AWS, or the redrive of one, which belongs to a launch until the next redrive. */
export interface JudgedStart {
  /** Name of the launch. */
  readonly name: string;
  readonly work: Work;
  readonly atMs: number;
  /** `redriveCount` from which on, and until which, the run belongs to the launch. */
  readonly from: number;
  readonly until: number;
}

/** The starts and redrives of a scenario, by the launches in the ledger. */
export interface Starts {
  /** Those whose launch has a name, or was started with `again` after it. */
  named(name: string): readonly JudgedStart[];
  /** The start that a part of a run belongs to at an instant. */
  ownerOf(work: Work, atMs: number): JudgedStart | undefined;
}

/** Collects the starts of a scenario. A run that no launch is bound to is one as well. */
export function collectStarts({ workloads }: LaunchSystem, launches: readonly Launch[]): Starts {
  const all = workloads.works.filter(({ parent }) => !parent).flatMap((work) => toStarts(work));
  return {
    named: (name) => all.filter((one) => one.name === name || one.name.startsWith(`${name}-a`)),
    ownerOf: (work, atMs) =>
      all.findLast((one) => one.work === toRootWork(work) && one.atMs <= atMs),
  };

  function toStarts(work: Work): readonly JudgedStart[] {
    const bound = launches.filter(({ aws }) => aws?.id === work.id);
    // Also a redrive from outside, which the bridge cannot tell from its own one.
    const redrives = bound.flatMap(({ name, aws: { redrive } = {} }) => {
      const first = work.changes.find((one) => one.redrives === redrive && one.redrives > 0);
      return first ? [{ name, from: first.redrives, atMs: first.atMs }] : [];
    });
    redrives.sort((one, other) => one.from - other.from);
    const starts = [{ name: work.name, from: 0, atMs: work.beganMs }, ...redrives];
    return starts.map((one, index) => ({
      ...one,
      work,
      until: starts[index + 1]?.from ?? Number.POSITIVE_INFINITY,
    }));
  }
}

/** True while the run is active for the launch of a start. */
export function isActiveStart({ work, from, until }: JudgedStart): boolean {
  const { redrives = 0 } = work.changes.at(-1) ?? {};
  return isRunning(work) && redrives >= from && redrives < until;
}

/** Statuses with which a run has ended for the launch of a start, oldest first. */
export function toEndsOfStart({ work, from, until }: JudgedStart): readonly string[] {
  return work.changes
    .filter(({ redrives }) => redrives >= from && redrives < until)
    .map(({ status }) => status)
    .filter(isEndStatus);
}
