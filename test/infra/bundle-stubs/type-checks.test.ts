import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import is, { assert, isBuffer } from '../../../infra/bundle-stubs/type-checks.ts';

const got = dirname(createRequire(import.meta.url).resolve('got'));
const original = await import(createRequire(join(got, 'index.js')).resolve('@sindresorhus/is'));

/** All source files of got. */
const sources = readdirSync(got, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.js'))
  .map((name) => readFileSync(join(got, name), 'utf8'))
  .join('\n');

const values: readonly unknown[] = [
  ...[undefined, null, '', 'text', ' ', 0, 1, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1n],
  ...[true, false, Symbol('s'), {}, { a: 1 }, Object.create(null), [], [1], ['x'], [undefined]],
  ...[new Date(0), new Map(), new Set(), /x/, new Error('e'), new URL('https://localhost/')],
  ...[Buffer.from('x'), new Uint8Array(1), new Uint16Array(1), new ArrayBuffer(1)],
  ...[new URLSearchParams(), new FormData(), new AbortController().signal, new Blob(['x'])],
  ...[() => 1, async () => 1, class {}, function* () {}, async function* () {}],
  ...[(function* () {})(), (async function* () {})(), Readable.from(['x']), Promise.resolve(1)],
  // biome-ignore lint/suspicious/noThenProperty: the check looks at it
  ...[{ then: () => 1, catch: () => 1 }, { then: 1 }, { pipe: () => 1 }, { next() {}, throw() {} }],
  ...[new (class Own {})(), Object.create({}), { [Symbol.iterator]: () => [][Symbol.iterator]() }],
];

describe('the checks of got in the bundles', () => {
  test.for(Object.entries(is))(
    '%s has the result of the original for every value',
    ([name, check]) => {
      expect(values.map((value) => check(value))).toEqual(
        values.map((value) => original.default[name](value)),
      );
    },
  );

  test.for(Object.entries(assert))(
    'the assertion %s throws where the original throws',
    ([name, own]) => {
      const given = (value: unknown) => (name === 'any' ? [[is.string, is.null], value] : [value]);
      const throws = (call: (...all: unknown[]) => void, value: unknown) => {
        try {
          call(...given(value));
          return false;
        } catch (error) {
          return error instanceof TypeError;
        }
      };

      expect(values.map((value) => throws(own as never, value))).toEqual(
        values.map((value) => throws(original.assert[name], value)),
      );
    },
  );

  test('include the check of the elements of an array', () => {
    const lists = [[], ['x'], ['x', 1], 'x'];

    expect(lists.map((list) => is.array(list, is.string))).toEqual(
      lists.map((list) => original.default.array(list, original.default.string)),
    );
  });

  test('are all that got uses', () => {
    const used = [...sources.matchAll(/\b(is|assert)\.(\w+)\b/g)].map(([, from, name]) => [
      from,
      name,
    ]);
    const missing = used.filter(([from, name]) => !(String(name) in (from === 'is' ? is : assert)));

    expect(used.length).toBeGreaterThan(100);
    expect(missing).toEqual([]);
    expect(sources).not.toMatch(/[^.\w]is\(/);
    expect(isBuffer).toBe(is.buffer);
  });

  test('name no value in an error', () => {
    expect(() => assert.string({ password: 'secret' })).toThrow(
      new TypeError('the value is of another type than got expects: object'),
    );
  });
});
