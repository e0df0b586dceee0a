import { didYouMean } from '../autosys/suggest.ts';
import { batchJobStatuses, executionStatuses } from '../lambda/contract.ts';
import type { EventTemplate, Origin } from '../lambda/routing/routes.ts';
import type { Template } from '../lambda/routing/template.ts';
import { readTemplate } from '../lambda/routing/template-text.ts';
import type { WorkloadEvent, WorkloadStatus } from '../lambda/workload/workload.ts';
import type { Faults, Path } from './faults.ts';
import { toDistinctName } from './fitting-name.ts';
import { checkOutputs, checkTemplate, type TemplateTarget } from './template-check.ts';

/** One thing a route says on one status. */
export interface RouteAction {
  readonly on: WorkloadStatus;
  readonly event: EventTemplate;
}

/** What a text becomes, and the statuses on which it is used. */
export interface TemplateUse {
  readonly target: TemplateTarget;
  readonly on: readonly WorkloadStatus[];
}

/** What a name becomes. */
export interface NameUse extends TemplateUse {
  /** Whether it names what the route sets for good, so that it must tell the workloads of the route apart. */
  readonly isShared: boolean;
}

/** What a route's sayings are read with; whatever is wrong goes to the faults of the file. */
export interface RouteReader {
  /** The statuses this kind of workload can have; of both kinds where the route does not tell which it hears. */
  readonly statuses: readonly WorkloadStatus[];
  readonly readTemplate: (text: string, path: Path, use: TemplateUse) => Template;
  /** As `readTemplate`; `undefined` for a name with a fault, so that no further check complains of it. */
  readonly readName: (text: string, path: Path, use: NameUse) => Template | undefined;
  /** The status a word of the file names, as a value or as a key. */
  readonly readStatus: (word: string, path: Path, more?: string) => WorkloadStatus | undefined;
  readonly refuse: (path: Path, message: string) => void;
  readonly refuseKey: (path: Path, message: string) => void;
}

/** What is known of a route before its texts are read. */
export interface RouteFacts {
  readonly kind: WorkloadEvent['kind'] | undefined;
  /** `undefined` where it has a fault. */
  readonly from: Origin | undefined;
  /** Whether the route says `combine: latest`. */
  readonly isCombined: boolean;
}

/** Binds what reading needs to know of a route. */
export function createRouteReader(
  { kind, from, isCombined }: RouteFacts,
  faults: Faults,
): RouteReader {
  const statuses = toStatuses(kind);
  const read = (text: string, path: Path, { target, on, isShared }: NameUse) => {
    const reading = readTemplate(text);
    const toFitting =
      from && isShared && !isCombined ? (name: Template) => toDistinctName(name, from) : undefined;
    const ofOutputs = kind === 'execution' ? checkOutputs(reading, on) : [];
    const problems = [
      ...reading.problems,
      ...checkTemplate(reading, kind, target, toFitting),
      ...ofOutputs,
    ];
    for (const problem of problems) faults.within(path, problem);
    return { template: reading.template, isSound: problems.length === 0 };
  };
  return {
    statuses,
    readTemplate: (text, path, use) => read(text, path, { ...use, isShared: false }).template,
    readName: (text, path, use) => {
      const { template, isSound } = read(text, path, use);
      return isSound ? template : undefined;
    },
    readStatus: (word, path, more) => {
      const status = statuses.find((known) => known === word);
      if (status === undefined) {
        const words = [...statuses, ...(more === undefined ? [] : [more])];
        const owner =
          kind === undefined ? 'AWS' : kind === 'execution' ? 'an execution' : 'a Batch job';
        const message = `${JSON.stringify(word)} is no status of ${owner}${didYouMean(word, words)}; allowed: ${words.join(', ')}`;
        if (path.at(-1) === word) faults.atKey(path, message);
        else faults.at(path, message);
      }
      return status;
    },
    refuse: (path, message) => faults.at(path, message),
    refuseKey: (path, message) => faults.atKey(path, message),
  };
}

function toStatuses(kind: WorkloadEvent['kind'] | undefined): readonly WorkloadStatus[] {
  if (kind === 'execution') return executionStatuses;
  return kind === 'batchJob'
    ? batchJobStatuses
    : [...new Set([...executionStatuses, ...batchJobStatuses])];
}
