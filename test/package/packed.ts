import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { packageArchive, packPackage } from '../../package/pack.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

/** The package as npm publishes it. Disposing removes its directory. */
export interface PackedPackage extends AsyncDisposable {
  readonly directory: string;
  /** What is packed. */
  readonly contents: string;
  readonly tarball: string;
}

/** Builds and packs the package in a temporary directory, and unpacks it there. */
export async function unpackPackage(): Promise<PackedPackage> {
  const directory = await mkdtemp(join(tmpdir(), 'packed-'));
  const tarball = join(directory, packageArchive);
  await packPackage(tarball);
  await run('tar', ['xzf', tarball, '-C', directory]);
  return {
    directory,
    contents: join(directory, 'package'),
    tarball,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

/** The PATH of the host, on which `node` is the host's Node.js and not that of this repository. */
export function toHostPath(): string {
  const own = join(root, 'node_modules');
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((directory) => !directory.includes(join('node_modules', 'node-')))
    .filter((directory) => !directory.startsWith(own))
    .join(delimiter);
}
