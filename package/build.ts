import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sourceManifest from '../package.json' with { type: 'json' };
import { bundleConstructs } from './bundle-constructs.ts';
import { bundleFunctions } from './bundle-functions.ts';
import { writeDeclarations } from './declarations.ts';
import { findBundledPackages, formatLicences } from './licences.ts';
import { commandPath, toPackageManifest } from './manifest.ts';
import { createSbom } from './sbom.ts';

const root = join(import.meta.dirname, '..');

/** Path of the package, from the top of the repository. */
export const packagePath = 'dist/package';
/** The command as one file, which another build writes. */
const commandFile = 'dist/autosys-bridge.mjs';

/**
 * Builds the package for other projects: constructs, bundles of the functions, the command, the
 * schema of the route file, docs, licences and the bill of materials. Two builds are equal.
 *
 * @param directory is replaced
 */
export async function buildPackage(directory: string): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const metafiles = [...(await bundleConstructs(directory)), ...(await bundleFunctions(directory))];
  writeDeclarations(directory);
  const hasCommand = addCommand(directory);
  const packages = findBundledPackages(metafiles, root);
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  write('THIRD-PARTY-LICENSES.txt', formatLicences(packages));
  write('sbom.cdx.json', createSbom(root, packages));
  const manifest = toPackageManifest(sourceManifest, { hasCommand });
  write('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of ['LICENSE', 'bridge.schema.json', 'CHANGELOG.md', 'docs', 'examples']) {
    cpSync(join(root, name), join(directory, name), {
      recursive: true,
      filter: (path) => !path.endsWith('.ts'),
    });
  }
  cpSync(join(import.meta.dirname, 'README.md'), join(directory, 'README.md'));
}

/** Adds the command, if it has been built. */
function addCommand(directory: string): boolean {
  const source = join(root, commandFile);
  if (!existsSync(source)) return false;
  const target = join(directory, commandPath);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(source, target);
  chmodSync(target, 0o755);
  return true;
}

if (import.meta.main) {
  await buildPackage(join(root, packagePath));
  console.log(packagePath);
}
