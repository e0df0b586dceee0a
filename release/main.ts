import { join } from 'node:path';
import { artefacts } from './artefacts.ts';
import { buildRelease, checksumsName } from './build-release.ts';

const text = await buildRelease(artefacts, join(import.meta.dirname, '../dist'));
process.stdout.write(text);
console.error(`dist/${checksumsName}: ${artefacts.length} files`);
