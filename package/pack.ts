import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import manifest from '../package.json' with { type: 'json' };
import { buildPackage } from './build.ts';

const run = promisify(execFile);

/** Name of the archive, as npm names it. */
export const packageArchive = `${manifest.name}-${manifest.version}.tgz`;

/**
 * Builds the package, and packs it as npm publishes it.
 *
 * @param path the archive to write
 */
export async function packPackage(path: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'package-'));
  try {
    const contents = join(directory, 'contents');
    await buildPackage(contents);
    await run('npm', ['pack', '--silent', '--pack-destination', directory], { cwd: contents });
    copyFileSync(join(directory, packageArchive), path);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
