import { describe, expect, test } from 'vitest';
import { decodeText } from '../../cli/decode-text.ts';

const expected = 'insert_job: Zürich_€\r\n';
const utf16le = Buffer.from(`\uFEFF${expected}`, 'utf16le');

describe('decodeText', () => {
  test.for([
    { encoding: 'UTF-8', bytes: Buffer.from(expected) },
    { encoding: 'UTF-8 with a byte order mark', bytes: Buffer.from(`\uFEFF${expected}`) },
    { encoding: 'UTF-16 as PowerShell writes it', bytes: utf16le },
    { encoding: 'UTF-16 in big-endian order', bytes: Buffer.from(utf16le).swap16() },
  ])('reads $encoding', ({ bytes }) => {
    expect(decodeText(bytes)).toBe(expected);
  });

  test('decodes no bytes to an empty text', () => {
    expect(decodeText(new Uint8Array())).toBe('');
  });
});
