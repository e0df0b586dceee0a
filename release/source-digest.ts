import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders with the sources of the command, the functions and the constructs. */
export const sourceFolders: readonly string[] = [
  'autosys',
  'cli',
  'emulator',
  'event-pattern',
  'infra',
  'lambda',
  'local',
  'package',
  'release',
  'route-file',
];

/** Other files that decide what is built: the version, and the packages that are bundled. */
export const sourceFiles: readonly string[] = [
  'bridge.schema.json',
  'package-lock.json',
  'package.json',
];

const isSource = /\.(?:ts|cjs)$/;

/**
 * Digest of the sources: the first 12 hex digits of the SHA-256 of the names and contents of all
 * source files, in the order of their names. Line ends count as `\n`.
 *
 * @param root the top of the repository
 */
export function readSourceDigest(root: string): string {
  const hash = createHash('sha256');
  for (const file of findSourceFiles(root)) {
    const text = readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n');
    hash.update(`${file}\n${Buffer.byteLength(text)}\n`).update(text);
  }
  return hash.digest('hex').slice(0, 12);
}

/** Paths from the top of the repository, with `/`, sorted. */
function findSourceFiles(root: string): readonly string[] {
  const found = sourceFolders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => isSource.test(file))
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`),
  );
  return [...found, ...sourceFiles].sort();
}
