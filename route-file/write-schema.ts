import { writeFileSync } from 'node:fs';
import { printFormattedJson } from './print-json.ts';
import { toJsonSchema } from './schema.ts';

/**
 * Run `node route-file/write-schema.ts` (part of `npm run tables`) after each change of the schema.
 */
const file = new URL('../bridge.schema.json', import.meta.url);

writeFileSync(file, printFormattedJson(toJsonSchema()));
