import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJsonPosition } from '../../../lambda/launch/json-position.ts';
import { aLaunchRig, aTarget } from './rig.ts';

test.each([
  ['', 0],
  ['{', 1],
  ['{"a":x}', 5],
  ['{"a":1,}', 7],
  ['[1,2,,3]', 5],
  ['trux', 3],
  ['01', 1],
  ['"a\n"', 2],
  ['1 2', 2],
  ['{"in JSON at position 1 (line 1 column 2)":x', 43],
])('%j is no JSON from character %i on', (text, position) => {
  expect(findJsonPosition(text)).toBe(position);
});

test('of JSON there is none, and of its beginnings it is not before their end', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, cut) => {
      const beginning = text.slice(0, cut % (text.length + 1));
      const found = findJsonPosition(beginning);
      expect(findJsonPosition(text)).toBeUndefined();
      expect(found ?? beginning.length).toBe(beginning.length);
    }),
  );
});

test.each([
  ['{"target":"settlement","input":{"a":secret1}}', 'body', 37],
  ['{"target":"settlement"', 'body', 23],
])(
  'a body that is no JSON is refused with its place, and not quoted: %s',
  async (body, path, at) => {
    const rig = aLaunchRig({ targets: [aTarget({ input: 'given', params: {} })] });

    const { status, text } = await rig.send('POST', '/v1/runs', { body });

    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      faults: [{ path, message: `the JSON is invalid at character ${at}` }],
    });
    expect(text).not.toContain('secret1');
    expect(rig.stepFunctions.calls).toEqual([]);
  },
);
