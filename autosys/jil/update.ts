import type { Job } from '../job.ts';
import type { Problem, Source } from '../source.ts';
import type { Statement } from './ast.ts';
import { checkAttributes, type JobDefinitionReading, readJobStatement } from './job.ts';
import { readJil } from './parser.ts';
import { type PrintableStatement, printJil } from './print.ts';

/**
 * Applies an `update_job` or `override_job` statement to a job. An empty value removes an
 * attribute.
 *
 * Problems of the statement itself have their positions in its source. Problems of the combination,
 * such as start_times together with start_mins, have the position of the job name in the statement.
 *
 * @param source the text of the statement
 */
export function readJobUpdate(
  job: Job,
  statement: Statement,
  source: Source,
): JobDefinitionReading {
  const own = [...refuseStatus(statement), ...checkAttributes(statement, source)];
  const changed = new Map(statement.attributes.map(({ name, value }) => [name, value]));
  const had = new Set(job.attributes.map(([name]) => name));
  const attributes = [
    ...job.attributes.map(([name, value]) => ({ name, value: changed.get(name) ?? value })),
    ...statement.attributes.filter(({ name }) => !had.has(name)),
  ].filter(({ value }) => value !== '');
  const merged = reparse({ subcommand: 'insert_job', object: job.name, attributes });
  if (own.length > 0) return { job: merged.job, problems: own };
  const { start, end } = statement.objectSpan;
  return {
    job: merged.job,
    problems: merged.problems.map(({ message }) => ({ start, end, message })),
  };
}

/** Prints the merged definition and reads it, so that all conditions have one source text. */
function reparse(definition: PrintableStatement): JobDefinitionReading {
  const source = { name: definition.object, text: printJil([definition]) };
  const [statement] = readJil(source).script.statements;
  if (!statement) throw new TypeError(`the definition of ${definition.object} does not read back`);
  return readJobStatement(statement, source);
}

/** `status` is allowed in insert_job only. Later, events such as CHANGE_STATUS set it (11.3.6). */
function refuseStatus({ attributes, subcommand }: Statement): readonly Problem[] {
  const status = attributes.find(({ name }) => name === 'status');
  if (!status || subcommand === 'insert_job') return [];
  const { start, end } = status;
  const message = `expected status in insert_job only, found it in ${subcommand}; use sendevent`;
  return [{ start, end, message }];
}
