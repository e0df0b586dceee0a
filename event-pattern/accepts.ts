import { type AddressRange, withinRange } from './address.ts';
import { fitsWildcard, type Wildcard } from './wildcard.ts';

/** A value at the end of a path in an event. */
export type Leaf = string | number | boolean | null;

/** A test of a text, as JSON. */
export type TextTest =
  /**
   * The engine compares a value with its JSON quotes. So the closing quote can be part of a prefix,
   * and the opening quote part of a suffix: the prefix `a"` means exactly `a` (event-ruler 2.1.0).
   */
  | { readonly op: 'exactly' | 'prefix' | 'suffix'; readonly text: string }
  | { readonly op: 'wildcard'; readonly pieces: Wildcard }
  /** A regular expression, for the value with or without one of its quotes. */
  | { readonly op: 'like'; readonly source: string; readonly quote?: 'before' | 'after' }
  | { readonly op: 'address'; readonly range: AddressRange };

/** Comparisons of numbers. */
export const comparisons = {
  '=': (value: number, bound: number) => value === bound,
  '<': (value: number, bound: number) => value < bound,
  '<=': (value: number, bound: number) => value <= bound,
  '>': (value: number, bound: number) => value > bound,
  '>=': (value: number, bound: number) => value >= bound,
} as const;

/**
 * One entry of an array in a pattern, as JSON: it accepts a value, or it requires the field to be
 * absent.
 */
export type Test =
  | { readonly kind: 'absent' }
  | { readonly kind: 'any' }
  | { readonly kind: 'value'; readonly value: number | boolean | null }
  | { readonly kind: 'text'; readonly test: TextTest }
  /** Accepts every value of any type for which all tests are false. */
  | { readonly kind: 'noText'; readonly tests: readonly TextTest[] }
  | { readonly kind: 'noNumber'; readonly numbers: readonly number[] }
  | {
      readonly kind: 'numeric';
      readonly terms: readonly (readonly [keyof typeof comparisons, number])[];
    };

/** Whether an entry of a pattern accepts a value. */
export function accepts(test: Test, value: Leaf): boolean {
  switch (test.kind) {
    case 'absent':
      return false;
    case 'any':
      return true;
    case 'value':
      return value === test.value;
    case 'text':
      return typeof value === 'string' && acceptsText(test.test, value);
    case 'noText':
      return typeof value !== 'string' || !test.tests.some((one) => acceptsText(one, value));
    case 'noNumber':
      return typeof value !== 'number' || !test.numbers.includes(value);
    case 'numeric':
      return (
        typeof value === 'number' &&
        test.terms.every(([operator, bound]) => comparisons[operator](value, bound))
      );
    default:
      return test satisfies never;
  }
}

function acceptsText(test: TextTest, value: string): boolean {
  switch (test.op) {
    case 'exactly':
      return value === test.text;
    case 'prefix':
      return `${value}"`.startsWith(test.text);
    case 'suffix':
      return `"${value}`.endsWith(test.text);
    case 'wildcard':
      return fitsWildcard(value, test.pieces);
    case 'like': {
      const before = test.quote === 'before' ? '"' : '';
      const after = test.quote === 'after' ? '"' : '';
      return new RegExp(test.source).test(`${before}${value}${after}`);
    }
    case 'address':
      return withinRange(value, test.range);
    default:
      return test satisfies never;
  }
}
