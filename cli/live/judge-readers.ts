import { atomsOf } from '../../autosys/condition/index.ts';
import { didYouMean } from '../../autosys/suggest.ts';
import type { DefinedJob } from './defined-jobs.ts';
import { mayMention } from './judge-conditions.ts';
import type { LiveRow, UnreadLiveFact } from './live-row.ts';
import { mayBe, type ProducedVariable } from './produced-values.ts';

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
  const readersByVariable = collectReaders(jobs);
  const names = new Set([...readersByVariable.keys()].map((key) => key.split(' ')[1] ?? ''));
  const unparsed = jobs.flatMap((job) => job.unparsed);
  return variables.map((variable) => {
    const { text, instances, setBy } = variable;
    const subject = `variable ${text} (${instances.join(', ')})`;
    const row = { check: 'readers', subject } as const;
    const readers = findReaders(variable, readersByVariable);
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
    return {
      ...row,
      verdict: 'finding',
      found: `no condition and no command reads it${didYouMean(text, names)}`,
      advice: `add it to the condition of the job that waits for it, or remove it from ${setBy.join(', ')}`,
    };
  });
}

/** Readers by `INSTANCE NAME` of the variable. */
function collectReaders(jobs: readonly DefinedJob[]): ReadonlyMap<string, readonly Reader[]> {
  const all = jobs.flatMap(({ name: job, instance, conditions, substituted }) => {
    const reader = { job, instance };
    const inConditions = conditions
      .flatMap(({ condition }) => atomsOf(condition))
      .flatMap((atom) =>
        atom.kind === 'value'
          ? [{ key: `${atom.instance ?? instance} ${atom.globalVariable}`, reader }]
          : [],
      );
    return [
      ...inConditions,
      ...substituted.map((name) => ({ key: `${instance} ${name}`, reader })),
    ];
  });
  const grouped = Map.groupBy(all, ({ key }) => key);
  return new Map([...grouped].map(([key, found]) => [key, found.map(({ reader }) => reader)]));
}

function findReaders(
  { instances, name }: ProducedVariable,
  readers: ReadonlyMap<string, readonly Reader[]>,
): readonly Reader[] {
  if (name.every((piece) => typeof piece === 'string')) {
    return instances.flatMap((instance) => readers.get(`${instance} ${name.join('')}`) ?? []);
  }
  return [...readers].flatMap(([key, found]) => {
    const [instance = '', read = ''] = key.split(' ');
    return instances.includes(instance) && mayBe(name, read) ? found : [];
  });
}

/** Maximum jobs that a row lists. */
const listedReaders = 3;

function describeReaders(readers: readonly Reader[]): string {
  const names = [...new Set(readers.map(({ job, instance }) => `${job} (${instance})`))];
  const more = names.length > listedReaders ? ` and ${names.length - listedReaders} more` : '';
  return `read by ${names.slice(0, listedReaders).join(', ')}${more}`;
}
