import type { Condition } from '../../autosys/condition/index.ts';
import { readJil, readJobStatement, type Statement } from '../../autosys/jil/index.ts';
import type { Source } from '../../autosys/source.ts';

/** Attributes of a job that hold conditions. */
export const conditionAttributes = ['condition', 'box_success', 'box_failure'] as const;

/** A condition of a job. */
export interface JobCondition {
  readonly attribute: (typeof conditionAttributes)[number];
  readonly condition: Condition;
}

/** A condition that cannot be parsed. */
export interface UnparsedCondition {
  readonly attribute: string;
  /** As it is written. */
  readonly text: string;
  readonly fault: string;
}

/** A job as its definition shows it, as far as the live checks need it. */
export interface DefinedJob {
  readonly instance: string;
  readonly name: string;
  /** Such as `CMD` and `BOX`. */
  readonly type: string;
  readonly conditions: readonly JobCondition[];
  readonly unparsed: readonly UnparsedCondition[];
  /** Names of the variables that AutoSys substitutes in other attributes (`$$NAME`). */
  readonly substituted: readonly string[];
}

/**
 * The jobs that a JIL text defines. Later statements win, as when the text is loaded; `autorep` prints
 * the member of a box twice. Pure.
 */
export function readDefinedJobs(source: Source, instance: string): readonly DefinedJob[] {
  const jobs = new Map<string, DefinedJob>();
  for (const statement of readJil(source).script.statements) {
    if (statement.subcommand !== 'insert_job') continue;
    jobs.set(statement.object, readDefinedJob(statement, { source, instance }));
  }
  return [...jobs.values()];
}

function readDefinedJob(
  statement: Statement,
  { source, instance }: { readonly source: Source; readonly instance: string },
): DefinedJob {
  const { job, problems } = readJobStatement(statement, source);
  const parsed = {
    condition: job.condition,
    box_success: job.boxSuccess,
    box_failure: job.boxFailure,
  };
  const conditions: JobCondition[] = [];
  const unparsed: UnparsedCondition[] = [];
  for (const attribute of conditionAttributes) {
    const condition = parsed[attribute];
    const written = statement.attributes.findLast(({ name }) => name === attribute);
    if (condition) conditions.push({ attribute, condition });
    else if (written && written.value.trim() !== '') {
      const { start, end } = written.valueSpan;
      const fault = problems.find((one) => one.start >= start && one.start <= end)?.message;
      unparsed.push({ attribute, text: written.value, fault: fault ?? 'it cannot be parsed' });
    }
  }
  const substituted = statement.attributes.flatMap(({ value }) => findSubstituted(value));
  const { type } = job;
  return { instance, name: statement.object, type, conditions, unparsed, substituted };
}

/** `$$NAME`, `$$(NAME)` and `$${NAME}` (documented; see docs/autosys.md). */
function findSubstituted(value: string): readonly string[] {
  return [...value.matchAll(/\$\$(?:\(([^)]+)\)|\{([^}]+)\}|([\w.#@-]+))/g)].map(
    ([, inParentheses, inBraces, plain]) => inParentheses ?? inBraces ?? plain ?? '',
  );
}
