import { didYouMean } from '../autosys/suggest.ts';
import { batchJobStatuses, executionStatuses } from '../lambda/contract.ts';
import type { EventTemplate, Origin } from '../lambda/routing/routes.ts';
import type { Template } from '../lambda/routing/template.ts';
import { readTemplate } from '../lambda/routing/template-text.ts';
import type { WorkloadEvent, WorkloadStatus } from '../lambda/workload/workload.ts';
import type { Faults, Path } from './faults.ts';
import { toDistinctName } from './fitting-name.ts';
import { checkOutputs, checkTemplate, type TemplateTarget } from './template-check.ts';

/** An action of a route: the event that it sends on one status. */
export interface RouteAction {
  readonly on: WorkloadStatus;
  readonly event: EventTemplate;
}

/** How a template is used: for what, and on which statuses. */
export interface TemplateUse {
  readonly target: TemplateTarget;
  readonly on: readonly WorkloadStatus[];
}

/** How a name is used. */
export interface NameUse extends TemplateUse {
  /**
   * True if it names a persistent target. Such a name must distinguish the workloads of the route.
   */
  readonly isShared: boolean;
}

/** Reads the texts of one route. Adds faults to those of the file. */
export interface RouteReader {
  /** All statuses of this kind of workload; of both kinds if the kind is unknown. */
  readonly statuses: readonly WorkloadStatus[];
  readonly readTemplate: (text: string, path: Path, use: TemplateUse) => Template;
  /**
   * As `readTemplate`. Returns `undefined` for an invalid name, so that no later check reports it
   * again.
   */
  readonly readName: (text: string, path: Path, use: NameUse) => Template | undefined;
  /** Reads a status that is a value or a key of the file. */
  readonly readStatus: (word: string, path: Path, more?: string) => WorkloadStatus | undefined;
  readonly refuse: (path: Path, message: string) => void;
  readonly refuseKey: (path: Path, message: string) => void;
}

/** Facts about a route that its texts are checked with. */
export interface RouteFacts {
  readonly kind: WorkloadEvent['kind'] | undefined;
  /** `undefined` if it has a fault. */
  readonly from: Origin | undefined;
  /** True for a route with `combine: latest`. */
  readonly isCombined: boolean;
}

/** Creates the reader of one route. */
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
  const owner = kind === undefined ? 'AWS' : kind === 'execution' ? 'an execution' : 'a Batch job';
  return createTextReader({ statuses, what: `a status of ${owner}`, read }, faults);
}

/** What distinguishes the texts of a route from those of a group. */
export interface TextOwner {
  readonly statuses: readonly WorkloadStatus[];
  /** What a status is, for people: `a status of an execution`. */
  readonly what: string;
  /** What else to do about an unknown status. @default - nothing */
  readonly hintFor?: (word: string) => string;
  /** Reads a template, and adds its faults. */
  readonly read: (
    text: string,
    path: Path,
    use: NameUse,
  ) => { readonly template: Template; readonly isSound: boolean };
}

/** Creates the reader of the texts of a route or a group. */
export function createTextReader(
  { statuses, what, hintFor = () => '', read }: TextOwner,
  faults: Faults,
): RouteReader {
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
        const message = `${JSON.stringify(word)} is not ${what}${didYouMean(word, words)}; allowed: ${words.join(', ')}${hintFor(word)}`;
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
