import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package whose code is in a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Texts of its licence and notice files. */
  readonly texts: readonly string[];
}

const allowedLicences: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
];

/**
 * Finds the packages whose code is in the bundles, sorted by name and version.
 *
 * @param root the directory that holds `node_modules`
 * @throws {Error} names each package without licence text, and each with another licence
 */
export function findBundledPackages(
  metafiles: readonly Metafile[],
  root: string,
): readonly BundledPackage[] {
  const directories = new Set(
    metafiles
      .flatMap(({ outputs }) => Object.values(outputs))
      .flatMap(({ inputs }) => Object.entries(inputs))
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .flatMap(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const packages = [...directories].map((directory) => readPackage(join(root, directory)));
  const faults = packages.flatMap((one) => describeLicenceFault(one) ?? []);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const byKey = new Map(packages.map((one) => [`${one.name}@${one.version}`, one]));
  return [...byKey].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, found]) => found);
}

/** Formats the licences of the packages as one text. */
export function formatLicences(packages: readonly BundledPackage[]): string {
  const head =
    'The bundles of this package contain code of the packages below, under their licences.\n';
  const parts = packages.map(
    ({ name, version, licence, texts }) =>
      `${'='.repeat(78)}\n${name} ${version} (${licence})\n\n${texts.join('\n\n')}\n`,
  );
  return [head, ...parts].join('\n');
}

/** Describes what is wrong with the licence of a package. */
export function describeLicenceFault(one: BundledPackage): string | undefined {
  const { name, version, licence, texts } = one;
  if (!allowedLicences.includes(licence))
    return `${name} ${version}: found the licence ${licence || '(none)'}, allowed: ${allowedLicences.join(', ')}`;
  if (texts.length === 0)
    return `${name} ${version}: found no licence text, allowed: a file LICENSE, LICENCE or COPYING, or the licence MIT, MIT-0 or Apache-2.0 with the name of its holder`;
  return undefined;
}

function readPackage(directory: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const { name, version, license, author } = manifest;
  const licence = typeof license === 'string' ? license : '';
  const files = readdirSync(directory).toSorted();
  const readText = (file: string) =>
    readFileSync(join(directory, file), 'utf8').replaceAll('\r\n', '\n').trim();
  const own = files
    .filter((file) => /^(licen[cs]e|copying|notice)(\.|-|$)/i.test(file))
    .map(readText);
  if (own.length > 0) return { name, version, licence, texts: own };
  const readme = files.includes('README.md') ? readText('README.md') : '';
  const holder = /^.*\bCopyright \(c\).*$/m.exec(readme)?.[0] ?? toHolder(author);
  return { name, version, licence, texts: toStandardTexts(licence, holder) };
}

/** The author in the manifest of a package. */
function toHolder(author: unknown): string | undefined {
  if (typeof author === 'string') return `Author: ${author}`;
  if (typeof author !== 'object' || author === null || !('name' in author)) return undefined;
  return `Author: ${author.name}`;
}

const standardTexts: Readonly<Record<string, string>> = {
  MIT: join(import.meta.dirname, 'licence-texts/MIT.txt'),
  'MIT-0': join(import.meta.dirname, 'licence-texts/MIT-0.txt'),
  // The licence of this repository.
  'Apache-2.0': join(import.meta.dirname, '../LICENSE'),
};

/**
 * The standard text of a licence with its holder, for a package that names its licence and contains
 * no file of it. Only for licences whose text is the same in every package.
 */
function toStandardTexts(licence: string, holder: string | undefined): readonly string[] {
  const path = standardTexts[licence];
  if (holder === undefined || path === undefined) return [];
  return [holder, readFileSync(path, 'utf8').trim()];
}
