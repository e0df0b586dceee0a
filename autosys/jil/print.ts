import { type Condition, printCondition } from '../condition/index.ts';
import type { Job } from '../job.ts';
import type { Statement } from './ast.ts';
import { isQuotedAttribute } from './attributes.ts';
import { quoteJilValue } from './quoting.ts';

/** The printed parts of a statement. */
export interface PrintableStatement extends Pick<Statement, 'subcommand' | 'object'> {
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
}

/** How JIL is printed. */
export interface JilStyle {
  /**
   * Whether to print `#owner:`, as autorep does for all users except the EDIT superuser.
   *
   * A statement that is read back then has no owner.
   *
   * @default false
   */
  readonly ownerAsComment?: boolean;
}

/** How jobs are printed. */
export interface JobStyle extends JilStyle {
  /** Long keywords in conditions, as with `autorep -q -w`. @default false */
  readonly long?: boolean;
}

/**
 * Formats statements as `autorep -q` does. `parseJil` returns the same statements, except their
 * positions.
 *
 * Members of a printed box are indented by one blank per level (the width is inferred).
 *
 * @throws {NameError} for a value that JIL cannot express
 */
export function printJil(statements: readonly PrintableStatement[], style: JilStyle = {}): string {
  const boxByJob = new Map(
    statements.map((statement) => [statement.object, textOf(statement, 'box_name')]),
  );
  return statements
    .map((statement) => {
      const indent = ' '.repeat(depthOf(statement.object, boxByJob));
      return toLines(statement, style)
        .map((line) => (line === '' ? '\n' : `${indent}${line}\n`))
        .join('');
    })
    .join('\n');
}

/** Formats job definitions as `autorep -q` does: the type beside the name, uniform conditions. */
export function printJobs(jobs: readonly Job[], { long = false, ...style }: JobStyle = {}): string {
  const statements = jobs.map((job) => toStatement(job, { long }));
  return printJil(statements, style);
}

function toStatement(job: Job, style: { readonly long: boolean }): PrintableStatement {
  const conditionByName: Readonly<Record<string, Condition | undefined>> = {
    condition: job.condition,
    box_success: job.boxSuccess,
    box_failure: job.boxFailure,
  };
  const attributes = job.attributes
    .filter(([name]) => name !== 'job_type')
    .map(([name, value]) => {
      const condition = conditionByName[name];
      return { name, value: condition ? printCondition(condition, style) : value };
    });
  return {
    subcommand: 'insert_job',
    object: job.name,
    attributes: [{ name: 'job_type', value: job.type }, ...attributes],
  };
}

function toLines(
  { subcommand, object, attributes }: PrintableStatement,
  { ownerAsComment = false }: JilStyle,
): readonly string[] {
  const [first, ...rest] = attributes;
  const typed = first?.name === 'job_type';
  const opening = `${subcommand}: ${quoteJilValue(object, 'plain')}`;
  return [
    ...toHeader(object),
    // Three blanks before the type and one after it, as in real dumps.
    typed ? `${opening}   job_type: ${quoteJilValue(first.value, 'plain')} ` : opening,
    ...(typed ? rest : attributes).map(({ name, value }) => {
      const text =
        value === '' ? '' : quoteJilValue(value, isQuotedAttribute(name) ? 'quoted' : 'plain');
      return `${name === 'owner' && ownerAsComment ? '#' : ''}${name}: ${text}`.trimEnd();
    }),
  ];
}

/** The name between 17 dashes on each side. Omitted if the name could end the comment. */
function toHeader(object: string): readonly string[] {
  if (/[\s*/]/.test(object)) return [];
  const dashes = '-'.repeat(17);
  return [`/* ${dashes} ${object} ${dashes} */`, ''];
}

function depthOf(object: string, boxByJob: ReadonlyMap<string, string | undefined>): number {
  const seen = new Set([object]);
  let box = boxByJob.get(object);
  // A JIL text may define a box inside itself.
  while (box !== undefined && boxByJob.has(box) && !seen.has(box)) {
    seen.add(box);
    box = boxByJob.get(box);
  }
  return seen.size - 1;
}

function textOf({ attributes }: PrintableStatement, name: string): string | undefined {
  return attributes.findLast((attribute) => attribute.name === name)?.value;
}
