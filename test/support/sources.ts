import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { folders } from '../../docs/folders.ts';

const root = join(import.meta.dirname, '../..');
const rooms = [...new Set(folders.map(({ path }) => path.split('/')[0]))];

/** A TypeScript file of a folder that the law of folders names. */
export interface SourceFile {
  /** From the root of the repository. */
  readonly file: string;
  readonly text: string;
}

/** Reads every source file, without the tests. */
export async function readSources(): Promise<readonly SourceFile[]> {
  const sources: SourceFile[] = [];
  for await (const file of glob(`{${rooms.join(',')}}/**/*.ts`, { cwd: root })) {
    sources.push({ file, text: readFileSync(join(root, file), 'utf8') });
  }
  return sources;
}
