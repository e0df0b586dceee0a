import { comparisons, type Test, type TextTest } from './accepts.ts';
import { readAddress, readCidr } from './address.ts';
import { describeJson, PatternError, type PatternPosition } from './error.ts';
import { edgeIgnoringCase, readOperandText, textOperators } from './text.ts';

/**
 * Reads one entry of an array in a pattern: a plain value or an object with one operator.
 *
 * @throws {PatternError}
 */
export function readTest(entry: unknown, path: string): Test {
  if (typeof entry === 'string') return readPlainText(entry);
  if (entry === null || typeof entry === 'boolean') return { kind: 'value', value: entry };
  if (typeof entry === 'number') return { kind: 'value', value: readNumber(entry, { path }) };
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
  const range = readAddress(text);
  return toTextTest(range ? { op: 'address', range } : { op: 'exactly', text });
}

const operators: Readonly<Record<string, (operand: unknown, position: PatternPosition) => Test>> = {
  exactly: (operand, position) => toTextTest(textOperators.exactly(operand, position)),
  prefix: (operand, position) => readEdge('prefix', operand, position),
  suffix: (operand, position) => readEdge('suffix', operand, position),
  wildcard: (operand, position) => toTextTest(textOperators.wildcard(operand, position)),
  'equals-ignore-case': (operand, position) =>
    toTextTest(textOperators['equals-ignore-case'](operand, position)),
  'anything-but': readAnythingBut,
  numeric: readNumeric,
  exists: (operand, position) => {
    if (operand === true) return { kind: 'any' };
    if (operand === false) return { kind: 'absent' };
    throw new PatternError(position, { found: describeJson(operand), allowed: 'true or false' });
  },
  cidr: (operand, position) => {
    const text = readOperandText(operand, position);
    const range = readCidr(text);
    if ('first' in range) return toTextTest({ op: 'address', range });
    throw new PatternError(position, { found: describeJson(text), allowed: range.allowed });
  },
};

const toTextTest = (test: TextTest): Test => ({ kind: 'text', test });

function readEdge(edge: 'prefix' | 'suffix', operand: unknown, position: PatternPosition): Test {
  if (!isObject(operand)) return toTextTest(textOperators[edge](operand, position));
  const [, inner] = readOperator(operand, position, { 'equals-ignore-case': true });
  return toTextTest(edgeIgnoringCase[edge](inner, position));
}

function readAnythingBut(operand: unknown, position: PatternPosition): Test {
  if (isObject(operand)) {
    const { exactly: _, ...known } = textOperators;
    const [name, inner, toTest] = readOperator(operand, position, known);
    const within = { ...position, operator: `anything-but ${name}` };
    const operands = listOf(inner, within);
    if ((name === 'prefix' || name === 'suffix') && operands.includes('')) {
      throw new PatternError(within, { found: 'an empty string', allowed: 'at least a character' });
    }
    return { kind: 'noText', tests: operands.map((one) => toTest(one, within)) };
  }
  const values = listOf(operand, position);
  if (values.every((value) => typeof value === 'string')) {
    return { kind: 'noText', tests: values.map((text) => ({ op: 'exactly', text })) };
  }
  if (values.every((value) => typeof value === 'number')) {
    return { kind: 'noNumber', numbers: values.map((value) => readNumber(value, position)) };
  }
  const allowed = 'a string or number, a list of only strings or of only numbers, or an operator';
  throw new PatternError(position, { found: describeJson(operand), allowed });
}

/** Reads one comparison, or a lower bound and a greater upper bound: `[">", 0, "<=", 5]`. */
function readNumeric(operand: unknown, position: PatternPosition): Test {
  const allowed =
    '[operator, number] with = < <= > >=, or [> or >=, number, < or <=, greater number]';
  const toFault = () => new PatternError(position, { found: JSON.stringify(operand), allowed });
  const terms: readonly unknown[] = Array.isArray(operand) ? operand : [];
  const [low, bottom, high, top] = terms;
  if (!isComparison(low) || typeof bottom !== 'number') throw toFault();
  readNumber(bottom, position);
  if (terms.length === 2) return { kind: 'numeric', terms: [[low, bottom]] };
  const rising = low === '>' || low === '>=';
  const falling = high === '<' || high === '<=';
  if (terms.length !== 4 || !rising || !falling || typeof top !== 'number') throw toFault();
  if (!(bottom < readNumber(top, position))) throw toFault();
  return {
    kind: 'numeric',
    terms: [
      [low, bottom],
      [high, top],
    ],
  };
}

function isComparison(operator: unknown): operator is keyof typeof comparisons {
  return typeof operator === 'string' && Object.hasOwn(comparisons, operator);
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
