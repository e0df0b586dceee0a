import { writeFileSync } from 'node:fs';
import { toJsonSchema } from './schema.ts';

/**
 * Run `node route-file/write-schema.ts` (part of `npm run tables`) after each change of the schema.
 */
const file = new URL('../bridge.schema.json', import.meta.url);

const lineWidth = 100;

/**
 * Prints JSON as the formatter of the project does: indented by two spaces, and a list of words on
 * one line if it fits.
 */
function print(value: unknown): string {
  const word = '"(?:[^"\\\\]|\\\\.)*"';
  const words = new RegExp(`^(.*)\\[\\n\\s+(${word}(?:,\\n\\s+${word})*)\\n\\s+\\]`, 'gm');
  const text = JSON.stringify(value, null, 2).replace(words, (long, before, list) => {
    const line = `${before}[${list.replace(/,\n\s+/g, ', ')}]`;
    return line.length < lineWidth ? line : long;
  });
  return `${text}\n`;
}

writeFileSync(file, print(toJsonSchema()));
