import { isJsonObject, type JsonObject, kindOf } from '../template-error.ts';
import {
  type ConditionKeys,
  isSatisfied,
  type PolicyCondition,
  readConditions,
} from './condition.ts';
import { matchesIamPattern } from './iam-pattern.ts';

/** A statement of an IAM policy, as far as it is evaluated. */
export interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny';
  /** Whether it names everyone: an anonymous caller matches no other principal. */
  readonly anyone: boolean;
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: readonly PolicyCondition[];
}

/** Patterns of which one has to match, or none. */
interface Patterns {
  readonly matches: 'any' | 'none';
  readonly patterns: readonly string[];
}

/** What a policy says about a request: nothing, or an explicit decision. */
export type PolicyDecision = 'allow' | 'deny' | 'none';

/** A policy document that IAM refuses, or that uses a part that is not emulated. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

const action = 'execute-api:Invoke';
const fields = [
  'Sid',
  'Effect',
  'Principal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

/**
 * Reads a policy document.
 *
 * @param value a resource policy, whose statements name a principal, or the policy of an
 * authorizer, whose statements name none
 * @throws {PolicyError} with the statement and the field
 */
export function readPolicy(
  value: unknown,
  kind: 'resource' | 'identity',
): readonly PolicyStatement[] {
  const { Version, Statement, Id: _, ...more } = objectOrFail(value, 'the policy');
  failIf(Object.keys(more).length > 0, `unknown field ${Object.keys(more).join(', ')}`);
  const isVersion = [undefined, '2012-10-17', '2008-10-17'].includes(Version as string);
  failIf(!isVersion, `Version: found ${String(Version)}, allowed: 2012-10-17`);
  const statements = [Statement ?? []].flat();
  failIf(statements.length === 0, 'Statement: found none, allowed: at least one');
  return statements.map((one, at) => readStatement(one, `Statement[${at}]`, kind));
}

function readStatement(value: unknown, where: string, kind: string): PolicyStatement {
  const statement = objectOrFail(value, where);
  const unknown = Object.keys(statement).find((name) => !fields.includes(name));
  failIf(unknown !== undefined, `${where}: unknown field ${unknown}`);
  const { Effect: effect, Principal: principal } = statement;
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new PolicyError(`${where}.Effect: found ${kindOf(effect)}, allowed: Allow or Deny`);
  }
  const isNamed = principal !== undefined;
  failIf(isNamed !== (kind === 'resource'), `${where}.Principal: only in a resource policy`);
  return {
    effect,
    anyone: !isNamed || namesAnyone(principal),
    actions: readPatterns(statement, 'Action', where),
    resources: readPatterns(statement, 'Resource', where),
    conditions: readConditions(statement['Condition'], `${where}.Condition`, fail),
  };
}

function namesAnyone(principal: unknown): boolean {
  const named = isJsonObject(principal) ? principal['AWS'] : principal;
  return [named].flat().includes('*');
}

function readPatterns(statement: JsonObject, name: string, where: string): Patterns {
  const [any, none] = [statement[name], statement[`Not${name}`]];
  failIf((any === undefined) === (none === undefined), `${where}: ${name} or Not${name}, not both`);
  const patterns = [any ?? none].flat();
  const isText = (one: unknown): one is string => typeof one === 'string' && one !== '';
  if (patterns.length === 0 || !patterns.every(isText)) {
    throw new PolicyError(`${where}.${name}: found ${kindOf(any ?? none)}, allowed: texts`);
  }
  return { matches: any === undefined ? 'none' : 'any', patterns };
}

/**
 * Evaluates statements for an anonymous caller who invokes a method. An explicit deny takes
 * precedence (IAM user guide, "Policy evaluation logic").
 *
 * @param resource ARN of the method
 */
export function evaluatePolicy(
  statements: readonly PolicyStatement[],
  resource: string,
  keys: ConditionKeys,
): PolicyDecision {
  const anonymous = statements.filter(({ anyone }) => anyone);
  return evaluateRequest(anonymous, { action, resource, keys });
}

/** Evaluates statements for a request of a principal whom they name, or whose policy they are. */
export function evaluateRequest(
  statements: readonly PolicyStatement[],
  request: { readonly action: string; readonly resource: string; readonly keys: ConditionKeys },
): PolicyDecision {
  const requested = request.action.toLowerCase();
  const applying = statements.filter(
    (one) =>
      matchesPatterns(one.actions, requested, (pattern) => pattern.toLowerCase()) &&
      matchesPatterns(one.resources, request.resource, (pattern) => pattern) &&
      one.conditions.every((condition) => isSatisfied(condition, request.keys)),
  );
  if (applying.some(({ effect }) => effect === 'Deny')) return 'deny';
  return applying.length > 0 ? 'allow' : 'none';
}

function matchesPatterns(
  { matches, patterns }: Patterns,
  text: string,
  normalize: (pattern: string) => string,
): boolean {
  const found = patterns.some((pattern) => matchesIamPattern(text, normalize(pattern)));
  return found === (matches === 'any');
}

function objectOrFail(value: unknown, where: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new PolicyError(`${where}: found ${kindOf(value)}, allowed: an object`);
}

function failIf(isFault: boolean, message: string): void {
  if (isFault) throw new PolicyError(message);
}

const fail = (message: string): never => {
  throw new PolicyError(message);
};
