import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { PackageError } from '../exit-code.ts';

/** Names of the files that show that a directory is an earlier package. */
export interface PackageMarks {
  /** Exists in every package. */
  readonly manifest: string;
  /** Lines with a digest, two blanks and a path. */
  readonly checksums: string;
}

/** Number of paths that a message lists. */
const maxListed = 5;

/**
 * Checks that a directory can be replaced: it does not exist, is empty, or holds exactly what an
 * earlier run has written. Files of Terraform or of people are never deleted.
 *
 * @throws {PackageError} says what was found
 */
export function checkReplaceable(directory: string, marks: PackageMarks): void {
  const status = lstatSync(directory, { throwIfNoEntry: false });
  if (status === undefined) return;
  const allowed = 'allowed: a new or empty directory, or an earlier package';
  if (!status.isDirectory()) {
    const found = status.isSymbolicLink() ? 'a symbolic link' : 'a file';
    throw new PackageError(
      `--out ${directory}: found ${found}, ${allowed}; name another directory`,
    );
  }
  const files = listFiles(directory);
  if (files.length === 0) return;
  if (!files.includes(marks.manifest) || !files.includes(marks.checksums)) {
    throw new PackageError(
      `--out ${directory}: found ${listPaths(files)}, but no ${marks.manifest}, so it is no earlier package, ${allowed}; name another directory`,
    );
  }
  const known = readChecksums(join(directory, marks.checksums));
  const foreign = files.filter(
    (file) => file !== marks.checksums && !known.has(file) && !file.endsWith('/'),
  );
  if (foreign.length > 0) {
    throw new PackageError(
      `--out ${directory}: found ${listPaths(foreign)}, which no earlier run has written, ${allowed}; move these files, or name another directory`,
    );
  }
  const changed = files.filter(
    (file) => known.has(file) && known.get(file) !== digestOf(join(directory, file)),
  );
  if (changed.length > 0) {
    throw new PackageError(
      `--out ${directory}: found ${listPaths(changed)}, changed since an earlier run has written it, ${allowed}; move these files, or name another directory`,
    );
  }
}

/**
 * Writes a package: first into a new directory beside it, which then takes its place. After a
 * failure the directory is as before.
 *
 * @param files content by path below the directory, with `/`
 * @throws {PackageError} if a file cannot be written
 */
export function writePackage(
  given: string,
  files: ReadonlyMap<string, Uint8Array>,
  marks: PackageMarks,
): void {
  const directory = resolve(given);
  const parent = dirname(directory);
  const made: string[] = [];
  try {
    const first = mkdirSync(parent, { recursive: true });
    if (first !== undefined) made.push(first);
    const prepared = join(parent, `.${basename(directory)}-${randomUUID().slice(0, 8)}`);
    mkdirSync(prepared);
    made.unshift(prepared);
    for (const [path, content] of files) {
      const file = join(prepared, ...path.split('/'));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    // Again, because making the package takes time.
    checkReplaceable(directory, marks);
    replace(directory, prepared);
  } catch (error) {
    for (const path of made) rmSync(path, { recursive: true, force: true });
    if (error instanceof PackageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new PackageError(
      `--out ${given}: cannot be written: ${reason}; nothing was changed, name a directory that you can write to`,
    );
  }
}

function replace(directory: string, prepared: string): void {
  if (!existsSync(directory)) {
    renameSync(prepared, directory);
    return;
  }
  const former = `${prepared}-former`;
  renameSync(directory, former);
  try {
    renameSync(prepared, directory);
  } catch (error) {
    renameSync(former, directory);
    throw error;
  }
  rmSync(former, { recursive: true, force: true });
}

/** Paths of all files and links, with `/`, and of directories without content, with `/` at the end. */
function listFiles(directory: string): readonly string[] {
  const found = readdirSync(directory, { recursive: true, withFileTypes: true });
  return found
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
    .filter(({ entry, path }) => !entry.isDirectory() || readdirSync(path).length === 0)
    .map(({ entry, path }) => {
      const name = relative(directory, path).split(sep).join('/');
      return entry.isDirectory() ? `${name}/` : name;
    })
    .toSorted();
}

function readChecksums(path: string): ReadonlyMap<string, string> {
  const lines = readFileSync(path, 'utf8').matchAll(/^(?<digest>[0-9a-f]{64}) {2}(?<file>.+)$/gm);
  return new Map(
    [...lines].map(({ groups }) => [groups?.['file'] ?? '', groups?.['digest'] ?? '']),
  );
}

function digestOf(path: string): string {
  if (!lstatSync(path).isFile()) return 'no file';
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function listPaths(paths: readonly string[]): string {
  const more = paths.length > maxListed ? ` and ${paths.length - maxListed} more` : '';
  return `${paths.slice(0, maxListed).join(', ')}${more}`;
}
