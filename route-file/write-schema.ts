import { writeFileSync } from 'node:fs';
import { toJsonSchema } from './schema.ts';

/** Written anew by `node route-file/write-schema.ts`, whenever the schema changes. */
const file = new URL('../bridge.schema.json', import.meta.url);

const widest = 100;

/** As the formatter of the project leaves it: two blanks, and a list of words on one line where it fits. */
function print(value: unknown): string {
  const word = '"(?:[^"\\\\]|\\\\.)*"';
  const words = new RegExp(`^(.*)\\[\\n\\s+(${word}(?:,\\n\\s+${word})*)\\n\\s+\\]`, 'gm');
  const text = JSON.stringify(value, null, 2).replace(words, (long, before, list) => {
    const line = `${before}[${list.replace(/,\n\s+/g, ', ')}]`;
    return line.length < widest ? line : long;
  });
  return `${text}\n`;
}

writeFileSync(file, print(toJsonSchema()));
