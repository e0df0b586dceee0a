import * as fc from 'fast-check';
import type { Condition, Lookback } from '../../autosys/condition/ast.ts';
import { type AutosysEvent, plainJobEvents, settableStatuses } from '../../autosys/event.ts';
import {
  parseAutosysInstance,
  parseComment,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
  parseMachineName,
} from '../../autosys/names.ts';

const noWhere = { start: 0, end: 0 } as const;

/** Valid job names, including names with colons. */
export const jobNames = fc
  .stringMatching(/^[A-Za-z0-9._#@:-]{1,64}$/, { size: 'max' })
  .map(parseJobName);
export const globalNames = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/).map(parseGlobalName);
export const machineNames = fc.stringMatching(/^[A-Za-z0-9._-]{1,80}$/).map(parseMachineName);
export const autosysInstances = fc.stringMatching(/^[A-Z0-9]{3}$/).map(parseAutosysInstance);

/** One line of any characters except control characters. */
const line = (maxLength: number) =>
  fc.string({ unit: 'grapheme', maxLength }).filter((text) => {
    return text.length <= maxLength && !/\p{Cc}/u.test(text);
  });
export const globalValues = line(100)
  .filter((text) => text !== 'DELETE')
  .map(parseGlobalValue);
export const comments = line(255).map(parseComment);

const lookbacks: fc.Arbitrary<Lookback> = fc.oneof(
  fc.record({
    kind: fc.constant('within' as const),
    hours: fc.nat({ max: 9999 }),
    minutes: fc.nat({ max: 59 }),
  }),
  fc.constant({ kind: 'sinceOwnEnd' as const }),
  fc.constant({ kind: 'anyTime' as const }),
);
const references = fc.record(
  {
    job: jobNames,
    instance: autosysInstances,
    start: fc.constant(noWhere.start),
    end: fc.constant(noWhere.end),
  },
  { requiredKeys: ['job', 'start', 'end'], noNullPrototype: true },
);
const comparisons = fc.constantFrom('=', '!=', '<', '>', '<=', '>=');

/** Conditions of every shape. All spans are 0. */
export const conditions: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.record(
      {
        kind: fc.constantFrom('success', 'failure', 'terminated', 'done', 'notrunning'),
        job: references,
        lookback: lookbacks,
        start: fc.constant(0),
        end: fc.constant(0),
      },
      { requiredKeys: ['kind', 'job', 'start', 'end'], noNullPrototype: true },
    ),
    fc.record(
      {
        kind: fc.constant('exitcode'),
        job: references,
        lookback: lookbacks,
        comparison: comparisons,
        code: fc.integer(),
        start: fc.constant(0),
        end: fc.constant(0),
      },
      {
        requiredKeys: ['kind', 'job', 'comparison', 'code', 'start', 'end'],
        noNullPrototype: true,
      },
    ),
    fc.record(
      {
        kind: fc.constant('value'),
        globalVariable: globalNames,
        instance: autosysInstances,
        comparison: comparisons,
        operand: line(100).filter((text) => !text.includes('"')),
        start: fc.constant(0),
        end: fc.constant(0),
      },
      {
        requiredKeys: ['kind', 'globalVariable', 'comparison', 'operand', 'start', 'end'],
        noNullPrototype: true,
      },
    ),
    fc.record({
      kind: fc.constantFrom('both', 'either'),
      left: tie('condition'),
      right: tie('condition'),
      start: fc.constant(0),
      end: fc.constant(0),
    }),
  ),
})).condition;

const optionalComment = { comment: comments };
const signals = fc.constantFrom('9', '15,9', 'SIGTERM');

/** Every event that sendevent sends. */
export const events: fc.Arbitrary<AutosysEvent> = fc.oneof(
  partly({ kind: fc.constantFrom(...plainJobEvents), job: jobNames }, optionalComment),
  partly({ kind: fc.constant('KILLJOB'), job: jobNames }, { signals, ...optionalComment }),
  partly({ kind: fc.constant('SEND_SIGNAL'), job: jobNames, signals }, optionalComment),
  partly(
    {
      kind: fc.constant('CHANGE_STATUS'),
      job: jobNames,
      status: fc.constantFrom(...settableStatuses),
    },
    optionalComment,
  ),
  partly(
    { kind: fc.constant('CHANGE_PRIORITY'), job: jobNames, priority: fc.nat({ max: 9999 }) },
    optionalComment,
  ),
  partly(
    {
      kind: fc.constant('REPLY_RESPONSE'),
      job: jobNames,
      response: line(255).filter((text) => text !== ''),
    },
    optionalComment,
  ),
  partly({ kind: fc.constant('COMMENT'), job: jobNames, comment: comments }, {}),
  partly(
    { kind: fc.constant('ALARM'), alarm: fc.constantFrom('JOBFAILURE', 'MAXRUNALARM') },
    { job: jobNames, ...optionalComment },
  ),
  partly(
    { kind: fc.constant('SET_GLOBAL'), globalVariable: globalNames, value: globalValues },
    optionalComment,
  ),
  partly(
    { kind: fc.constantFrom('MACH_OFFLINE', 'MACH_ONLINE'), machine: machineNames },
    optionalComment,
  ),
  partly({ kind: fc.constant('STOP_DEMON') }, optionalComment),
);

function partly<Needed extends object, Optional extends object>(
  needed: { [Key in keyof Needed]: fc.Arbitrary<Needed[Key]> },
  optional: { [Key in keyof Optional]: fc.Arbitrary<Optional[Key]> },
): fc.Arbitrary<Needed & Partial<Optional>> {
  return fc
    .tuple(
      fc.record(needed, { noNullPrototype: true }),
      fc.record(optional, { requiredKeys: [], noNullPrototype: true }),
    )
    .map(([one, other]) => ({ ...one, ...other }) as Needed & Partial<Optional>);
}

/** Asserts that a check succeeds for every value. Prints the seed of a failure. */
export function holdsForAll<Value>(
  values: fc.Arbitrary<Value>,
  check: (value: Value) => void,
  numRuns = 1000,
): void {
  // Not awaited: the property is synchronous; only the other overload returns a promise.
  void fc.assert(fc.property(values, check), { numRuns });
}

/** Sets every `start` and `end` to 0, so that trees are compared without their positions. */
export function withoutPositions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPositions);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'start' || key === 'end' ? 0 : withoutPositions(inner),
    ]),
  );
}
