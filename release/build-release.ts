import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Artefact } from './artefacts.ts';

/** Name of the file with the checksums of a release. */
export const checksumsName = 'SHA256SUMS';

/**
 * Builds the files of a release into a folder, and their checksums in the form of `sha256sum`. A
 * failed build leaves no file with checksums.
 *
 * @returns the content of the file with the checksums
 */
export async function buildRelease(
  artefacts: readonly Artefact[],
  folder: string,
): Promise<string> {
  const checksumsPath = join(folder, checksumsName);
  mkdirSync(folder, { recursive: true });
  rmSync(checksumsPath, { force: true });
  const lines: string[] = [];
  for (const { name, build } of artefacts) {
    const path = join(folder, name);
    await build(path);
    const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
    lines.push(`${digest}  ${name}\n`);
  }
  const text = lines.join('');
  writeFileSync(checksumsPath, text);
  return text;
}
