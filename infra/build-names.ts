import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readSourceDigest } from '../release/source-digest.ts';
import { toModulePath } from './module-path.ts';

let found: Readonly<Record<string, string>> | undefined;

/**
 * Names in the functions that the bundler replaces by what they were built from, once per process:
 * `bundledVersion` and `bundledDigest`, as texts of JavaScript. Empty outside of the repository,
 * which has the sources.
 */
export function readBuildNames(): Readonly<Record<string, string>> {
  found ??= computeBuildNames(join(dirname(toModulePath('infra/app')), '..'));
  return found;
}

function computeBuildNames(root: string): Readonly<Record<string, string>> {
  if (!existsSync(join(root, 'package-lock.json'))) return {};
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return {
    bundledVersion: JSON.stringify(version),
    bundledDigest: JSON.stringify(readSourceDigest(root)),
  };
}
