import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { BundledPackage } from './licences.ts';

interface Component {
  readonly 'bom-ref': string;
}

interface Sbom {
  serialNumber: string;
  metadata: { timestamp?: string; component: { name: string; properties?: unknown } };
  components: readonly Component[];
  dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/**
 * Returns the software bill of materials in CycloneDX: npm's list of the lock file, reduced to the
 * packages whose code is in the bundles. The serial number is a digest of the contents and the time
 * is left out, so that two builds are equal.
 *
 * @param root the directory of the lock file
 */
export function createSbom(root: string, packages: readonly BundledPackage[]): string {
  const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'];
  const text = execFileSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    // npm is a script of a shell on Windows.
    shell: process.platform === 'win32',
  });
  return reduceSbom(JSON.parse(text), packages);
}

/** Reduces a bill of materials of npm to some packages, and makes it reproducible. */
export function reduceSbom(sbom: Sbom, packages: readonly BundledPackage[]): string {
  const names = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const components = sbom.components.filter((one) => names.has(one['bom-ref']));
  const found = new Set(components.map((one) => one['bom-ref']));
  const missing = [...names].filter((name) => !found.has(name));
  if (missing.length > 0)
    throw new Error(`package-lock.json: found no ${missing.join(', ')}; run npm ci`);
  const own = sbom.dependencies[0]?.ref ?? '';
  const dependencies = [
    { ref: own, dependsOn: [...found] },
    ...sbom.dependencies
      .filter(({ ref }) => found.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => found.has(one)) })),
  ];
  const { timestamp: _, ...metadata } = sbom.metadata;
  const { properties: __, ...component } = metadata.component;
  const body = {
    ...sbom,
    serialNumber: '',
    metadata: { ...metadata, component: { ...component, name: 'autosys-aws-bridge' } },
    components,
    dependencies,
  };
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  // Version 8 of a UUID has contents of the creator's choice.
  const parts = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`];
  const uuid = [...parts, `8${digest.slice(17, 20)}`, digest.slice(20, 32)].join('-');
  return `${JSON.stringify({ ...body, serialNumber: `urn:uuid:${uuid}` }, null, 2)}\n`;
}
