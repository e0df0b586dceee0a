/**
 * Reads the bytes of a file as text: UTF-8, or UTF-16 where a byte order mark says so; no mark stays in the text.
 *
 * Windows PowerShell 5 writes UTF-16 with a mark whenever a command's output is put into a file with `>`.
 */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
