import type { Job } from '../job.ts';
import type { Problem, Source } from '../source.ts';
import type { Statement } from './ast.ts';
import { checkAttributes, type JobDefinitionReading, readJobStatement } from './job.ts';
import { readJil } from './parser.ts';
import { type PrintableStatement, printJil } from './print.ts';

/**
 * Makes the job that an `update_job` or `override_job` statement leaves: what it names is replaced, an empty value removes.
 *
 * Problems of the statement itself stand at their places in its source; what only the two together get wrong, such as
 * start_times beside start_mins, stands at the name in the statement.
 *
 * @param source the text the statement was read from
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
  const merged = readAnew({ subcommand: 'insert_job', object: job.name, attributes });
  if (own.length > 0) return { job: merged.job, problems: own };
  const { start, end } = statement.objectSpan;
  return {
    job: merged.job,
    problems: merged.problems.map(({ message }) => ({ start, end, message })),
  };
}

/** Prints the merged definition and reads it, so that a condition has one text to stand in, whichever source it came from. */
function readAnew(definition: PrintableStatement): JobDefinitionReading {
  const source = { name: definition.object, text: printJil([definition]) };
  const [statement] = readJil(source).script.statements;
  if (!statement) throw new TypeError(`the definition of ${definition.object} does not read back`);
  return readJobStatement(statement, source);
}

/** `status` is for the insert; later CHANGE_STATUS and its kin rule (11.3.6 reference). */
function refuseStatus({ attributes, subcommand }: Statement): readonly Problem[] {
  const status = attributes.find(({ name }) => name === 'status');
  if (!status || subcommand === 'insert_job') return [];
  const { start, end } = status;
  const message = `expected status in insert_job only, found it in ${subcommand}; use sendevent`;
  return [{ start, end, message }];
}
