import { readRate } from './schedule.ts';
import {
  type JsonObject,
  kindOf,
  numberAt,
  objectAt,
  TemplateError,
  textAt,
} from './template-error.ts';

/** A schedule of EventBridge Scheduler, as far as it is emulated. */
interface ReadSchedule {
  /** `undefined` for a cron or one-time expression, which is not emulated. */
  readonly everyMs: number | undefined;
  /** References that are not yet resolved. */
  readonly target: { readonly arn: unknown; readonly roleArn: unknown };
  /** JSON text that the function receives. @default - the event of EventBridge Scheduler */
  readonly input: string | undefined;
}

/** Bounds of RetryPolicy in the API reference of EventBridge Scheduler. */
const retryBounds = {
  MaximumEventAgeInSeconds: [60, 86_400],
  MaximumRetryAttempts: [0, 185],
} as const;

/**
 * Reads the properties of `AWS::Scheduler::Schedule`. @throws {TemplateError} for properties that
 * AWS refuses or that are not emulated
 */
export function readSchedule(id: string, properties: JsonObject): ReadSchedule {
  const window = objectAt(properties['FlexibleTimeWindow'], `${id}, FlexibleTimeWindow`);
  if (window['Mode'] !== 'OFF') {
    throw new TemplateError(`${id}, FlexibleTimeWindow.Mode`, {
      found: window['Mode'] === undefined ? 'none' : String(window['Mode']),
      allowed: 'OFF',
    });
  }
  refuseOthers(id, properties, ['GroupName', 'StartDate', 'EndDate', 'ScheduleExpressionTimezone']);
  const where = `${id}, Target`;
  const {
    Arn: arn,
    RoleArn: roleArn,
    RetryPolicy,
    DeadLetterConfig: _,
    Input,
    ...more
  } = objectAt(properties['Target'], where);
  refuseOthers(where, more, Object.keys(more));
  if (roleArn === undefined) {
    throw new TemplateError(`${where}.RoleArn`, {
      found: 'none',
      allowed: 'a role that EventBridge Scheduler may assume',
    });
  }
  checkRetryPolicy(`${where}.RetryPolicy`, objectAt(RetryPolicy, `${where}.RetryPolicy`));
  const expression = textAt(properties['ScheduleExpression'], `${id}, ScheduleExpression`);
  const input = Input === undefined ? undefined : readInput(`${where}.Input`, Input);
  return { everyMs: readRate(expression), target: { arn, roleArn }, input };
}

/** The input for a Lambda function must be well-formed JSON (API reference, Target). */
function readInput(where: string, value: unknown): string {
  const text = textAt(value, where);
  try {
    JSON.parse(text);
  } catch {
    throw new TemplateError(where, { found: 'a text that is no JSON', allowed: 'JSON' });
  }
  if (text.includes('<aws.scheduler.')) {
    throw new TemplateError(where, {
      found: 'a context attribute of EventBridge Scheduler',
      allowed: 'JSON without one',
    });
  }
  return text;
}

function refuseOthers(where: string, properties: JsonObject, names: readonly string[]): void {
  const name = names.find((one) => properties[one] !== undefined);
  if (name === undefined) return;
  throw new TemplateError(`${where}, ${name}`, {
    found: kindOf(properties[name]),
    allowed: 'a schedule without it',
  });
}

function checkRetryPolicy(where: string, policy: JsonObject): void {
  for (const [name, [least, most]] of Object.entries(retryBounds)) {
    const value = numberAt(policy[name], `${where}.${name}`, most);
    if (value >= least && value <= most) continue;
    const allowed = `${least} to ${most}`;
    throw new TemplateError(`${where}.${name}`, { found: String(value), allowed });
  }
}

/**
 * The rate of a rule in milliseconds; `undefined` for a rule with an event pattern or without a
 * rate.
 */
export function readRuleRate({ EventPattern, ScheduleExpression }: JsonObject): number | undefined {
  return EventPattern === undefined && typeof ScheduleExpression === 'string'
    ? readRate(ScheduleExpression)
    : undefined;
}
