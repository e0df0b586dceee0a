import { BlockList, isIP } from 'node:net';
import { isJsonObject, kindOf } from '../template-error.ts';
import { matchesIamPattern } from './iam-pattern.ts';

/** Values of condition keys such as `aws:SourceVpce`, by their name in lower case. */
export type ConditionKeys = ReadonlyMap<string, string>;

/** One key of a condition with the values it is compared with. */
export interface PolicyCondition {
  readonly operator: string;
  /** Satisfied if the key is missing. */
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly string[];
}

type Compare = (found: string, value: string) => boolean;

const same: Compare = (found, value) => found === value;
const sameLetters: Compare = (found, value) => found.toLowerCase() === value.toLowerCase();

/** Operators with their comparison, and whether they require that no value matches. */
const operators: Readonly<Record<string, readonly [compare: Compare, negated: boolean]>> = {
  ArnEquals: [matchesIamPattern, false],
  ArnLike: [matchesIamPattern, false],
  ArnNotEquals: [matchesIamPattern, true],
  ArnNotLike: [matchesIamPattern, true],
  Bool: [sameLetters, false],
  IpAddress: [isInRange, false],
  NotIpAddress: [isInRange, true],
  StringEquals: [same, false],
  StringEqualsIgnoreCase: [sameLetters, false],
  StringLike: [matchesIamPattern, false],
  StringNotEquals: [same, true],
  StringNotEqualsIgnoreCase: [sameLetters, true],
  StringNotLike: [matchesIamPattern, true],
};

/**
 * Reads the `Condition` of a statement.
 *
 * @param fail throws an error with the message, for an operator or a value that is not emulated
 */
export function readConditions(
  value: unknown,
  where: string,
  fail: (message: string) => never,
): readonly PolicyCondition[] {
  if (value === undefined) return [];
  if (!isJsonObject(value)) return fail(`${where}: found ${kindOf(value)}, allowed: an object`);
  return Object.entries(value).flatMap(([name, keys]) => {
    const [, operator = '', suffix] = /^(.*?)(IfExists)?$/.exec(name) ?? [];
    if (operator !== 'Null' && !Object.hasOwn(operators, operator)) {
      const allowed = `Null, ${Object.keys(operators).join(', ')}`;
      return fail(`${where}: found ${name}, allowed: ${allowed}`);
    }
    if (!isJsonObject(keys)) return fail(`${where}.${name}: found ${kindOf(keys)}`);
    return Object.entries(keys).map(([key, one]) => {
      const values = [one].flat().map(String);
      const wrong = operator.endsWith('IpAddress') && values.find((range) => !isRange(range));
      if (wrong) return fail(`${where}.${name}.${key}: found ${wrong}, allowed: an address range`);
      return { operator, ifExists: suffix !== undefined, key: key.toLowerCase(), values };
    });
  });
}

/**
 * Whether a condition is satisfied. A missing key satisfies only negated operators, `IfExists` and
 * `Null` (IAM user guide, "IAM JSON policy elements: Condition operators").
 */
export function isSatisfied(condition: PolicyCondition, keys: ConditionKeys): boolean {
  const { operator, values, ifExists, key } = condition;
  const found = keys.get(key);
  if (operator === 'Null') return values.includes(String(found === undefined));
  const [compare, negated] = operators[operator] ?? [same, false];
  if (found === undefined) return negated || ifExists;
  return values.some((value) => compare(found, value)) !== negated;
}

function isRange(range: string): boolean {
  const [address = '', bits] = range.split('/');
  const most = isIP(address) === 4 ? 32 : 128;
  return isIP(address) > 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= most));
}

function isInRange(address: string, range: string): boolean {
  const [net = '', bits] = range.split('/');
  const family = (text: string) => (isIP(text) === 6 ? 'ipv6' : 'ipv4');
  const list = new BlockList();
  list.addSubnet(net, Number(bits ?? (isIP(net) === 6 ? 128 : 32)), family(net));
  return isIP(address) > 0 && list.check(address, family(address));
}
