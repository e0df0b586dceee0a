import { type Condition, parseCondition } from '../condition/index.ts';
import type { ExitCodeRule, Job, Schedule } from '../job.ts';
import { parseJobName } from '../names.ts';
import { ConditionSyntaxError, type Problem, type Source, type Span } from '../source.ts';
import type { Attribute, Statement } from './ast.ts';
import {
  isConditionAttribute,
  isJobAttribute,
  type JobAttributeName,
  jobAttributes,
} from './attributes.ts';
import type { ValueReading } from './values.ts';

/** A job, and all problems of its attributes. The job has no attribute with a problem. */
export interface JobDefinitionReading {
  readonly job: Job;
  readonly problems: readonly Problem[];
}

/**
 * Reads a typed job from an `insert_job` statement and checks each attribute.
 *
 * It does not check that the box of the job and the jobs in its condition exist.
 *
 * @param source the text of the statement; positions of problems refer to it
 * @throws {NameError} for a statement with an invalid name, which `readJil` never returns
 */
export function readJobStatement(statement: Statement, source: Source): JobDefinitionReading {
  const conditions = readConditions(statement, source).read;
  const value = lookUp(statement);
  const job: Job = {
    name: parseJobName(statement.object),
    type: value('job_type') ?? 'CMD',
    ...given('box', value('box_name')),
    ...given('machine', value('machine')?.[0]),
    ...given('command', value('command')),
    ...given('condition', conditions.get('condition')),
    ...given('boxSuccess', conditions.get('box_success')),
    ...given('boxFailure', conditions.get('box_failure')),
    ...given('schedule', toSchedule(value)),
    ...given('runWindow', value('run_window')),
    boxTerminator: value('box_terminator') ?? false,
    jobTerminator: value('job_terminator') ?? false,
    retries: value('n_retrys') ?? 0,
    exitCodes: toExitCodeRule(value),
    ...given('terminateAfterMinutes', value('term_run_time')),
    ...given('initialStatus', value('status')),
    ...given('timezone', value('timezone')),
    attributes: statement.attributes.map((attribute) => [attribute.name, attribute.value]),
  };
  const problems = [...checkAttributes(statement, source), ...checkTogether(statement, job)];
  return { job, problems };
}

/** The value of an attribute from its reader. `undefined` if it is absent, empty or wrong. */
type Value = <Name extends JobAttributeName>(name: Name) => ValueOf<Name> | undefined;
type ValueOf<Name extends JobAttributeName> =
  ReturnType<(typeof jobAttributes)[Name]> extends ValueReading<infer Read> ? Read : never;

function lookUp(statement: Statement): Value {
  return function readValue(name) {
    const text = find(statement, name)?.value;
    if (text === undefined || text === '') return undefined;
    const reading: ValueReading<unknown> = jobAttributes[name](text);
    // The table has one reader per name, but TypeScript sees only the union of all readers.
    return 'value' in reading ? (reading.value as ValueOf<typeof name>) : undefined;
  };
}

/**
 * The date conditions.
 *
 * Undefined while `date_conditions` is off, because AutoSys then ignores all time attributes
 * (11.3.6 reference).
 */
function toSchedule(value: Value): Schedule | undefined {
  if (!value('date_conditions')) return undefined;
  const byCalendar = value('run_calendar') !== undefined;
  return {
    // Every day, if neither attribute names one (inferred).
    daysOfWeek: value('days_of_week') ?? (byCalendar ? [] : [0, 1, 2, 3, 4, 5, 6]),
    startTimes: value('start_times') ?? [],
    startMins: value('start_mins') ?? [],
  };
}

function toExitCodeRule(value: Value): ExitCodeRule {
  return {
    ...given('failCodes', value('fail_codes')),
    ...given('successCodes', value('success_codes')),
    maxExitSuccess: value('max_exit_success') ?? 0,
  };
}

function readConditions(
  statement: Statement,
  source: Source,
): { read: ReadonlyMap<string, Condition>; problems: readonly Problem[] } {
  const read = new Map<string, Condition>();
  const problems: Problem[] = [];
  for (const { name, value, valueSpan } of statement.attributes) {
    if (!isConditionAttribute(name) || value === '') continue;
    try {
      read.set(name, parseCondition(source, valueSpan));
    } catch (error) {
      if (!(error instanceof ConditionSyntaxError)) throw error;
      problems.push(...error.problems);
    }
  }
  return { read, problems };
}

/** Checks each attribute separately: types, ranges, lengths and the syntax of conditions. */
export function checkAttributes(statement: Statement, source: Source): readonly Problem[] {
  const values = statement.attributes.flatMap(({ name, value, valueSpan }) => {
    if (!isJobAttribute(name) || value === '') return [];
    const reading: ValueReading<unknown> = jobAttributes[name](value);
    if ('value' in reading) return [];
    const found = reading.found ?? JSON.stringify(value.slice(0, 80));
    const message = `${name}: expected ${reading.expected}, found ${found}`;
    return [{ ...valueSpan, message }];
  });
  return [...values, ...readConditions(statement, source).problems].sort(byPosition);
}

function byPosition(left: Problem, right: Problem): number {
  return left.start - right.start;
}

/** Checks the rules on two attributes at once and on required attributes (11.3.6 reference). */
function checkTogether(statement: Statement, { type }: Job): readonly Problem[] {
  const problems: Problem[] = [];
  const add = ({ start, end }: Span, message: string) => problems.push({ start, end, message });
  for (const [one, other] of [
    ['start_times', 'start_mins'],
    ['days_of_week', 'run_calendar'],
  ] as const) {
    const [first, second] = [find(statement, one), find(statement, other)];
    if (!first?.value || !second?.value) continue;
    const later = first.start > second.start ? first : second;
    add(later, `expected ${one} or ${other}, found both in ${statement.object}`);
  }
  // An invalid job_type is reported already; CMD is only its placeholder.
  const hasValidType =
    !find(statement, 'job_type')?.value || lookUp(statement)('job_type') !== undefined;
  if (hasValidType && (type === 'CMD' || type === 'FW') && !find(statement, 'machine')?.value) {
    const message = `expected a machine for ${statement.object}, found none; a job of type ${type} needs one, add "machine: NAME"`;
    add(statement.objectSpan, message);
  }
  return problems;
}

function find(statement: Statement, name: string): Attribute | undefined {
  return statement.attributes.findLast((attribute) => attribute.name === name);
}

/** An object with the property, or without it if the value is undefined. */
function given<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [K in Key]?: Value } {
  // TypeScript widens a computed key to string.
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: Value });
}
