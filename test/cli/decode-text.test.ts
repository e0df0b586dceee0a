import { describe, expect, test } from 'vitest';
import { decodeText } from '../../cli/decode-text.ts';

const said = 'insert_job: Zürich_€\r\n';
const utf16le = Buffer.from(`\uFEFF${said}`, 'utf16le');

describe('decodeText', () => {
  test.for([
    { encoding: 'UTF-8', bytes: Buffer.from(said) },
    { encoding: 'UTF-8 with a mark', bytes: Buffer.from(`\uFEFF${said}`) },
    { encoding: 'UTF-16 as PowerShell writes it', bytes: utf16le },
    { encoding: 'UTF-16 with the other byte first', bytes: Buffer.from(utf16le).swap16() },
  ])('reads $encoding', ({ bytes }) => {
    expect(decodeText(bytes)).toBe(said);
  });

  test('reads no bytes as no text', () => {
    expect(decodeText(new Uint8Array())).toBe('');
  });
});
