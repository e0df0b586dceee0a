import { type Duration, Token } from 'aws-cdk-lib';
import { QueryLanguage } from 'aws-cdk-lib/aws-stepfunctions';
import { nameRules } from '../../autosys/names.ts';
import type { RequestAction, RequestEntry } from '../../lambda/routing/requests.ts';
import { jobStarts } from '../../lambda/routing/requests.ts';
import type { AutosysTaskOptions, RunAutosysJobProps } from './task-props.ts';

const minutesPerYear = 365 * 24 * 60;

/** The entry that a state asks by; `undefined` if the stack knows its ARN only. */
type KnownEntry = RequestEntry | undefined;

/** Checks what every state has in common. @throws {Error} */
export function checkTask(
  action: RequestAction,
  { instance, queryLanguage, resultPath, outputs }: AutosysTaskOptions,
  entry: KnownEntry,
): void {
  if (instance !== undefined) checkName('instance', instance, nameRules.autosysInstance);
  if (queryLanguage === QueryLanguage.JSONATA && resultPath !== undefined) {
    throw new Error(
      `resultPath: found ${resultPath} in a JSONata state, allowed: outputs or assign; only a JSONPath state has a result path`,
    );
  }
  if (queryLanguage === QueryLanguage.JSON_PATH && outputs !== undefined) {
    throw new Error(
      'outputs: found in a JSONPath state, allowed: resultPath or assign; only a JSONata state has outputs',
    );
  }
  if (entry === undefined) return;
  const { name, actions } = entry;
  if (!actions.includes(action)) {
    throw new Error(
      `action: found ${action}, allowed by requests.${name}: ${actions.join(', ')}; add it to actions in the route file, or use another entry`,
    );
  }
  if (instance !== undefined && isKnown(instance) && instance !== entry.instance) {
    throw new Error(
      `instance: found ${instance}, allowed by requests.${name}: ${entry.instance}; leave it out, or use another entry`,
    );
  }
}

/** @throws {Error} unless it is a job name, or an expression, that the entry covers */
export function checkJob(job: string, entry: KnownEntry): void {
  checkName('job', job, nameRules.job);
  checkCovered('job', job, entry?.jobs, entry);
}

/** @throws {Error} unless it is the name of a variable, or an expression, that the entry covers */
export function checkGlobal(global: string, entry: KnownEntry): void {
  checkName('global', global, nameRules.globalVariable);
  checkCovered('global', global, entry?.globals, entry);
}

/** @throws {Error} unless it is the value of a variable, or an expression */
export function checkValue(value: string): void {
  checkName('value', value, nameRules.globalValue);
}

/** Checks how a job is started and awaited. @throws {Error} */
export function checkRunJob(
  { start = 'STARTJOB', timeout, onAbort = 'leave', waitForEnd = true }: RunAutosysJobProps,
  entry: KnownEntry,
): void {
  if (!jobStarts.includes(start)) {
    throw new Error(`start: found ${start}, allowed: ${jobStarts.join(', ')}`);
  }
  if (timeout !== undefined) checkTimeout(timeout);
  if (!waitForEnd && onAbort === 'kill') {
    throw new Error(
      'onAbort: found kill with waitForEnd: false, allowed: leave; a state that does not wait cannot be aborted while the job runs',
    );
  }
  if (entry === undefined) return;
  if (!entry.starts.includes(start)) {
    throw new Error(
      `start: found ${start}, allowed by requests.${entry.name}: ${entry.starts.join(', ')}; add it to starts in the route file`,
    );
  }
  if (onAbort === 'kill' && !entry.mayKill) {
    throw new Error(
      `onAbort: found kill, which requests.${entry.name} does not allow; leave it out, or set onAbort: kill in that entry of the route file`,
    );
  }
}

/** The timeout as a request has it: `4h`, or `90m`. */
export function formatTimeout(timeout: Duration): string {
  const minutes = timeout.toMinutes();
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}

function checkTimeout(timeout: Duration): void {
  const minutes = timeout.isUnresolved() ? Number.NaN : timeout.toMinutes({ integral: false });
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= minutesPerYear) return;
  const found = Number.isNaN(minutes)
    ? 'a time that is known at deployment only'
    : `${minutes} minutes`;
  throw new Error(`timeout: found ${found}, allowed: whole minutes, from 1 minute to 365 days`);
}

interface TextRule {
  readonly what: string;
  readonly pattern: RegExp;
  readonly max: number;
  readonly allowed: string;
  readonly mayBeEmpty?: true;
}

function checkName(prop: string, text: string, rule: TextRule): void {
  const { what, pattern, max, allowed, mayBeEmpty } = rule;
  if (!isKnown(text)) return;
  const isShort = text.length <= max && (mayBeEmpty || text.length > 0);
  if (isShort && pattern.test(text)) return;
  const found = text.length > max ? `${text.length} characters` : JSON.stringify(text);
  throw new Error(
    `${prop}: found ${found}, allowed as ${what}: ${allowed}, at most ${max} characters`,
  );
}

function checkCovered(
  prop: string,
  text: string,
  patterns: readonly string[] | undefined,
  entry: KnownEntry,
): void {
  if (patterns === undefined || !isKnown(text)) return;
  if (patterns.some((pattern) => toExpression(pattern).test(text))) return;
  throw new Error(
    `${prop}: found ${text}, allowed by requests.${entry?.name}: ${patterns.join(', ') || 'none'}; add a pattern to ${prop}s in the route file, or use another entry`,
  );
}

function toExpression(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

/** False for a token, such as `JsonPath.stringAt('$.job')`, and for a JSONata expression. */
function isKnown(text: string): boolean {
  return !Token.isUnresolved(text) && !/^\{%[\s\S]*%\}$/.test(text);
}
