import { readAddress, readCidr, withinRange } from './address.ts';
import { describeJson, PatternError, type PatternPosition } from './error.ts';
import { edgeIgnoringCase, readOperandText, type TextPredicate, textPredicates } from './text.ts';

/** A value at the end of a path in an event. */
export type Leaf = string | number | boolean | null;

/**
 * One entry of an array in a pattern: it accepts a value, or it requires the field to be absent.
 */
export type Test =
  | { readonly kind: 'accepts'; accepts(value: Leaf): boolean }
  | { readonly kind: 'absent' };

/**
 * Reads one entry of an array in a pattern: a plain value or an object with one operator.
 *
 * @throws {PatternError}
 */
export function readTest(entry: unknown, path: string): Test {
  if (typeof entry === 'string') return readPlainText(entry);
  if (entry === null || typeof entry === 'boolean') return accept((value) => value === entry);
  if (typeof entry === 'number') {
    const number = readNumber(entry, { path });
    return accept((value) => value === number);
  }
  if (!isObject(entry)) {
    const allowed = 'a string, number, true, false, null or an object with one operator';
    throw new PatternError({ path }, { found: `${describeJson(entry)} as a value`, allowed });
  }
  const [operator, operand, read] = readOperator(entry, { path }, operators);
  return read(operand, { path, operator });
}

/**
 * A plain text that is an IP address also matches the other spellings of the address (event-ruler).
 */
function readPlainText(text: string): Test {
  const address = readAddress(text);
  return acceptText(address ? (value) => withinRange(value, address) : (value) => value === text);
}

const operators: Readonly<Record<string, (operand: unknown, position: PatternPosition) => Test>> = {
  exactly: (operand, position) => acceptText(textPredicates.exactly(operand, position)),
  prefix: (operand, position) => readEdge('prefix', operand, position),
  suffix: (operand, position) => readEdge('suffix', operand, position),
  wildcard: (operand, position) => acceptText(textPredicates.wildcard(operand, position)),
  'equals-ignore-case': (operand, position) =>
    acceptText(textPredicates['equals-ignore-case'](operand, position)),
  'anything-but': readAnythingBut,
  numeric: readNumeric,
  exists: (operand, position) => {
    if (operand === true) return accept(() => true);
    if (operand === false) return { kind: 'absent' };
    throw new PatternError(position, { found: describeJson(operand), allowed: 'true or false' });
  },
  cidr: (operand, position) => {
    const text = readOperandText(operand, position);
    const range = readCidr(text);
    if ('first' in range) return acceptText((value) => withinRange(value, range));
    throw new PatternError(position, { found: describeJson(text), allowed: range.allowed });
  },
};

const accept = (accepts: (value: Leaf) => boolean): Test => ({ kind: 'accepts', accepts });

const acceptText = (holds: TextPredicate): Test =>
  accept((value) => typeof value === 'string' && holds(value));

const acceptNumber = (holds: (value: number) => boolean): Test =>
  accept((value) => typeof value === 'number' && holds(value));

/** A test that accepts every value of any type for which all predicates are false. */
const acceptUnless = (predicates: readonly TextPredicate[]): Test =>
  accept((value) => typeof value !== 'string' || !predicates.some((holds) => holds(value)));

function readEdge(edge: 'prefix' | 'suffix', operand: unknown, position: PatternPosition): Test {
  if (!isObject(operand)) return acceptText(textPredicates[edge](operand, position));
  const [, inner] = readOperator(operand, position, { 'equals-ignore-case': true });
  return acceptText(edgeIgnoringCase[edge](inner, position));
}

function readAnythingBut(operand: unknown, position: PatternPosition): Test {
  if (isObject(operand)) {
    const { exactly: _, ...known } = textPredicates;
    const [name, inner, toPredicate] = readOperator(operand, position, known);
    const within = { ...position, operator: `anything-but ${name}` };
    const operands = listOf(inner, within);
    if ((name === 'prefix' || name === 'suffix') && operands.includes('')) {
      throw new PatternError(within, { found: 'an empty string', allowed: 'at least a character' });
    }
    return acceptUnless(operands.map((one) => toPredicate(one, within)));
  }
  const values = listOf(operand, position);
  if (values.every((value) => typeof value === 'string')) {
    return acceptUnless([(value) => values.includes(value)]);
  }
  if (values.every((value) => typeof value === 'number')) {
    const numbers = values.map((value) => readNumber(value, position));
    return accept((value) => typeof value !== 'number' || !numbers.includes(value));
  }
  const allowed = 'a string or number, a list of only strings or of only numbers, or an operator';
  throw new PatternError(position, { found: describeJson(operand), allowed });
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** Reads one comparison, or a lower bound and a greater upper bound: `[">", 0, "<=", 5]`. */
function readNumeric(operand: unknown, position: PatternPosition): Test {
  const allowed =
    '[operator, number] with = < <= > >=, or [> or >=, number, < or <=, greater number]';
  const toFault = () => new PatternError(position, { found: JSON.stringify(operand), allowed });
  const terms: readonly unknown[] = Array.isArray(operand) ? operand : [];
  const [low, bottom, high, top] = terms;
  const holdsLow = comparisonOf(low);
  if (!holdsLow || typeof bottom !== 'number') throw toFault();
  readNumber(bottom, position);
  if (terms.length === 2) return acceptNumber((value) => holdsLow(value, bottom));
  const holdsHigh = high === '<' || high === '<=' ? comparisonOf(high) : undefined;
  const rising = low === '>' || low === '>=';
  if (terms.length !== 4 || !rising || !holdsHigh || typeof top !== 'number') throw toFault();
  if (!(bottom < readNumber(top, position))) throw toFault();
  return acceptNumber((value) => holdsLow(value, bottom) && holdsHigh(value, top));
}

function comparisonOf(operator: unknown) {
  return typeof operator === 'string' && Object.hasOwn(comparisons, operator)
    ? comparisons[operator]
    : undefined;
}

function readOperator<Value>(
  entry: Readonly<Record<string, unknown>>,
  position: PatternPosition,
  known: Readonly<Record<string, Value>>,
): readonly [name: string, operand: unknown, value: Value] {
  const [name, ...more] = Object.keys(entry);
  const value = name !== undefined && Object.hasOwn(known, name) ? known[name] : undefined;
  if (name === undefined || value === undefined || more.length > 0) {
    const allowed = `an object with exactly one of ${Object.keys(known).join(', ')}`;
    throw new PatternError(position, { found: describeJson(entry), allowed });
  }
  return [name, entry[name], value];
}

/** One value or a list of values. An empty list is rejected. */
function listOf(operand: unknown, position: PatternPosition): readonly unknown[] {
  if (!Array.isArray(operand)) return [operand];
  if (operand.length > 0) return operand;
  throw new PatternError(position, { found: 'an empty array', allowed: 'one or more values' });
}

function readNumber(operand: number, position: PatternPosition): number {
  if (Number.isFinite(operand)) return operand;
  throw new PatternError(position, {
    found: String(operand),
    allowed: 'a number that JSON can represent',
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
