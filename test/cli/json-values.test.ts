import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJsonValues } from '../../cli/explain/json-values.ts';

describe('JSON values in a text', () => {
  test.for([
    { when: 'one object', text: '{"a":1}', found: [[1, { a: 1 }]] },
    { when: 'one object over several lines', text: '{\n  "a": 1\n}\n', found: [[1, { a: 1 }]] },
    { when: 'an array', text: '[{"a":1},{"a":2}]', found: [[1, [{ a: 1 }, { a: 2 }]]] },
    { when: 'a byte order mark', text: '\uFEFF{"a":1}', found: [[1, { a: 1 }]] },
    {
      when: 'one per line',
      text: '{"a":1}\n{"a":2}\n',
      found: [
        [1, { a: 1 }],
        [2, { a: 2 }],
      ],
    },
    {
      when: 'Windows line ends',
      text: '{"a":1}\r\n{"a":2}\r\n',
      found: [
        [1, { a: 1 }],
        [2, { a: 2 }],
      ],
    },
    {
      when: 'empty lines',
      text: '\n\n{"a":1}\n\n\n{"a":2}\n',
      found: [
        [3, { a: 1 }],
        [6, { a: 2 }],
      ],
    },
    { when: 'empty lines before a value', text: '\n\n{"a":1}', found: [[3, { a: 1 }]] },
    {
      when: 'several values, each over several lines',
      text: '{\n "a": {\n "b": "}" }\n}\n{\n "a": [\n2]\n}',
      found: [
        [1, { a: { b: '}' } }],
        [5, { a: [2] }],
      ],
    },
    {
      when: 'both layouts',
      text: '{"a":1}\n{\n"a":2\n}',
      found: [
        [1, { a: 1 }],
        [2, { a: 2 }],
      ],
    },
    { when: 'nothing', text: ' \n\t\n', found: [] },
  ])('are found in a text with $when', ({ text, found }) => {
    const values = found.map(([line, value]) => ({ kind: 'value', line, value }));
    expect(readJsonValues(text)).toEqual(values);
  });

  test.for([
    { when: 'a line that is not closed', bad: '{"a": {' },
    { when: 'a string that is not closed', bad: '{"a": "b' },
    { when: 'prose', bad: 'ERROR something' },
    { when: 'an extra comma', bad: '{"a": 1,}' },
    { when: 'several lines that are not closed', bad: '{\n  "a": {\n    "b": 1' },
  ])('are found around $when, which is reported by its line', ({ bad }) => {
    const values = readJsonValues(`{"n":1}\n${bad}\n{"n":2}\n{"n":3}\n`);

    expect(values).toMatchObject([
      { kind: 'value', line: 1 },
      { kind: 'fault', line: 2 },
      { kind: 'value', value: { n: 2 } },
      { kind: 'value', value: { n: 3 } },
    ]);
  });

  test('are the same in every layout', () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 2 });
    fc.assert(
      fc.property(objects, fc.constantFrom(0, 1, 2), (values, indent) => {
        const text = values.map((value) => JSON.stringify(value, null, indent)).join('\n');

        const found = readJsonValues(text);

        expect(found.map((read) => read.kind === 'value' && read.value)).toEqual(
          JSON.parse(JSON.stringify(values)),
        );
      }),
    );
  });

  test('never throw, and their faults never quote the text', () => {
    const texts = fc.array(
      fc.constantFrom('{', '}', '"', '[', ']', '\n', 'hunter2', ':', '\\', ' '),
    );
    fc.assert(
      fc.property(texts, (pieces) => {
        const found = readJsonValues(pieces.join(''));

        const reasons = found.map((read) => (read.kind === 'fault' ? read.reason : ''));
        expect(reasons.join()).not.toContain('hunter2');
      }),
    );
  });
});
