import { describe, expect, test } from 'vitest';
import { readInput, readParams } from '../../../cli/agent/input.ts';

describe('parameters', () => {
  test('are read by name; a value may contain equals signs and be empty', () => {
    expect(readParams(['date=2026-11-20', 'filter=a=b', 'note='])).toEqual({
      kind: 'params',
      params: { date: '2026-11-20', filter: 'a=b', note: '' },
    });
  });

  test.for([
    { given: ['date'], says: 'found no equals sign' },
    { given: ['=x'], says: 'found a name that is empty' },
    { given: ['a b=x'], says: 'found a name that is empty' },
    { given: ['date=1', 'date=2'], says: '--param date: given more than once' },
  ])('rejects $given', ({ given, says }) => {
    expect(readParams(given)).toEqual({ kind: 'faults', faults: [expect.stringContaining(says)] });
  });

  test('have faults without values', () => {
    expect(
      JSON.stringify(readParams(['hunter2', 'a b=hunter2', 'x=hunter2', 'x=hunter2'])),
    ).not.toContain('hunter2');
  });
});

function fromBytes(bytes: Uint8Array) {
  return readInput({ readFile: () => bytes, readStdin: async () => bytes }, 'input.json');
}
const fromText = (text: string) => fromBytes(Buffer.from(text));

describe('the input', () => {
  test('keeps the digits of its numbers', async () => {
    expect(await fromText('\uFEFF{"id": 12345678901234567890}\n')).toBe(
      '{"id": 12345678901234567890}',
    );
  });

  test('may come from stdin', async () => {
    const io = { readFile: () => Buffer.from('1'), readStdin: async () => Buffer.from('{"a": 2}') };

    expect(await readInput(io, '-')).toBe('{"a": 2}');
  });

  test.for([
    { text: '', says: 'input.json: expected a JSON value, found nothing' },
    {
      text: '{"a": 1,\n"hunter2": }',
      says: /^error: --input: input\.json.*: expected a JSON value/,
    },
    { text: '{"a": 1', says: 'input.json:1:8: expected a JSON value' },
    { text: 'hunter2', says: 'found text that is not JSON' },
    { text: `"${'x'.repeat(262_143)}"`, says: 'expected at most 262144 bytes, found 262145' },
  ])('is refused with 65: $says', async ({ text, says }) => {
    const failure = await fromText(text).catch((error: unknown) => error);

    expect(failure).toMatchObject({ name: 'AgentError', exit: 65 });
    expect(failure).toMatchObject({
      message: says instanceof RegExp ? expect.stringMatching(says) : expect.stringContaining(says),
    });
    expect(String(failure)).not.toContain('hunter2');
  });

  test('is accepted up to 256 KiB', async () => {
    expect(await fromText(`"${'x'.repeat(262_142)}"`)).toHaveLength(262_144);
  });

  test('is refused if it is not UTF-8', async () => {
    await expect(fromBytes(Buffer.from([0x22, 0xff, 0x22]))).rejects.toThrow('JSON in UTF-8');
  });

  test('is refused if it cannot be read', async () => {
    const io = {
      readFile: () => {
        throw Object.assign(new Error('x'), { code: 'ENOENT' });
      },
      readStdin: async () => Buffer.from(''),
    };

    await expect(readInput(io, 'a.json')).rejects.toThrow('a.json: cannot be read: no such file');
  });
});
