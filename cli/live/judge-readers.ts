import { atomsOf } from '../../autosys/condition/index.ts';
import { didYouMean } from '../../autosys/suggest.ts';
import type { DefinedJob } from './defined-jobs.ts';
import { createFindVariables } from './find-variables.ts';
import { mayMention } from './judge-conditions.ts';
import type { LiveRow, UnreadLiveFact } from './live-row.ts';
import type { ProducedVariable } from './produced-values.ts';

/** Maximum rows with a similar name: each is compared with every variable of every condition. */
const maxSuggestions = 100;

/** Where a job reads a variable. */
interface Reader {
  readonly job: string;
  readonly instance: string;
}

/** The definitions of the instances, as far as they could be read. */
export interface ReadDefinitions {
  readonly jobs: readonly DefinedJob[];
  /** Instances whose definitions could not be read. */
  readonly unread: ReadonlyMap<string, UnreadLiveFact>;
}

/**
 * The rows of the variables that the bridge sets: whether a job reads them, in a condition or by
 * substitution (`$$NAME`). A job of another instance reads `v(NAME^INS)`. Pure.
 */
export function judgeReaders(
  variables: readonly ProducedVariable[],
  { jobs, unread }: ReadDefinitions,
): readonly LiveRow[] {
  const reads = collectReads(jobs);
  const readersByVariable = toReaders(variables, reads);
  const names = new Set(reads.map(({ name }) => name));
  const unparsed = jobs.flatMap((job) => job.unparsed);
  let suggestions = maxSuggestions;
  return variables.map((variable) => {
    const { text, instances, setBy } = variable;
    const subject = `variable ${text} (${instances.join(', ')})`;
    const row = { check: 'readers', subject } as const;
    const readers = readersByVariable.get(variable) ?? [];
    if (readers.length > 0) return { ...row, verdict: 'passed', found: describeReaders(readers) };
    if (unparsed.some((one) => mayMention(one.text, variable))) {
      const found = 'only a condition that cannot be parsed may read it';
      return { ...row, verdict: 'notChecked', found, advice: 'see the row of that condition' };
    }
    const [missing] = unread;
    if (missing !== undefined) {
      const [instance, { reason, advice }] = missing;
      const found = `no condition that could be read reads it; of ${instance}: ${reason}`;
      return { ...row, verdict: 'notChecked', found, advice };
    }
    suggestions -= 1;
    return {
      ...row,
      verdict: 'finding',
      found: `no condition and no command reads it${suggestions < 0 ? '' : didYouMean(text, names)}`,
      advice: `add it to the condition of the job that waits for it, or remove it from ${setBy.join(', ')}`,
    };
  });
}

/** A variable in a condition or a command, and the job that reads it. */
interface Read {
  readonly name: string;
  /** Instance of the variable. */
  readonly instance: string;
  readonly reader: Reader;
}

function collectReads(jobs: readonly DefinedJob[]): readonly Read[] {
  return jobs.flatMap(({ name: job, instance, conditions, substituted }) => {
    const reader = { job, instance };
    const inConditions = conditions
      .flatMap(({ condition }) => atomsOf(condition))
      .flatMap((atom) =>
        atom.kind === 'value'
          ? [{ name: atom.globalVariable, instance: atom.instance ?? instance, reader }]
          : [],
      );
    return [...inConditions, ...substituted.map((name) => ({ name, instance, reader }))];
  });
}

function toReaders(
  variables: readonly ProducedVariable[],
  reads: readonly Read[],
): ReadonlyMap<ProducedVariable, readonly Reader[]> {
  const findVariables = createFindVariables(variables);
  const pairs = reads.flatMap(({ instance, name, reader }) =>
    findVariables(instance, name).map((variable) => ({ variable, reader })),
  );
  const grouped = Map.groupBy(pairs, ({ variable }) => variable);
  return new Map([...grouped].map(([key, found]) => [key, found.map(({ reader }) => reader)]));
}

/** Maximum jobs that a row lists. */
const listedReaders = 3;

function describeReaders(readers: readonly Reader[]): string {
  const names = [...new Set(readers.map(({ job, instance }) => `${job} (${instance})`))];
  const more = names.length > listedReaders ? ` and ${names.length - listedReaders} more` : '';
  return `read by ${names.slice(0, listedReaders).join(', ')}${more}`;
}
