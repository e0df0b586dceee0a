/**
 * Decodes the bytes of a file: UTF-16 if they start with its byte order mark, else UTF-8. The byte
 * order mark is removed.
 *
 * Windows PowerShell 5 writes UTF-16 with a byte order mark when `>` redirects output to a file.
 */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
