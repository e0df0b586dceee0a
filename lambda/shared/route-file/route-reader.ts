import { didYouMean } from '../../../autosys/suggest.ts';
import { batchJobStatuses, executionStatuses } from '../../contract.ts';
import type { EventTemplate } from '../routes.ts';
import type { Template } from '../template.ts';
import { checkOutputs, checkTemplate, type TemplateTarget } from '../template-check.ts';
import { readTemplate } from '../template-text.ts';
import type { WorkloadEvent, WorkloadStatus } from '../workload.ts';
import type { Faults, Path } from './faults.ts';

/** One thing a route says on one status. */
export interface Saying {
  readonly on: WorkloadStatus;
  readonly event: EventTemplate;
}

/** What a text becomes, and the statuses on which it is used. */
export interface TemplateUse {
  readonly target: TemplateTarget;
  readonly on: readonly WorkloadStatus[];
}

/** What a route's sayings are read with; whatever is wrong goes to the faults of the file. */
export interface RouteReader {
  /** The statuses this kind of workload can have; of both kinds where the route does not tell which it hears. */
  readonly statuses: readonly WorkloadStatus[];
  readonly readTemplate: (text: string, path: Path, use: TemplateUse) => Template;
  /** The status a word of the file names, as a value or as a key. */
  readonly readStatus: (word: string, path: Path, more?: string) => WorkloadStatus | undefined;
  readonly refuse: (path: Path, message: string) => void;
  readonly refuseKey: (path: Path, message: string) => void;
}

/** Binds what reading needs to know of a route. */
export function createRouteReader(
  kind: WorkloadEvent['kind'] | undefined,
  faults: Faults,
): RouteReader {
  const statuses = toStatuses(kind);
  return {
    statuses,
    readTemplate: (text, path, { target, on }) => {
      const reading = readTemplate(text);
      const ofOutputs = kind === 'execution' ? checkOutputs(reading, on) : [];
      const problems = [...reading.problems, ...checkTemplate(reading, kind, target), ...ofOutputs];
      for (const problem of problems) faults.within(path, problem);
      return reading.template;
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
