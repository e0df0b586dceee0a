import { createHash } from 'node:crypto';
import { ids } from '../names.ts';
import { formatTemplate, type TemplateText } from './check-template.ts';
import { formatReadme, toInstructions } from './instructions.ts';
import {
  hasSources,
  synthesizeBridge,
  synthesizeSource,
  type TemplateOptions,
} from './synthesize-templates.ts';
import { toTerraformModule } from './terraform-module.ts';
import { compareText } from './zip.ts';

/** The files of a package, and what a person must know to deploy them. */
export interface TemplatePackage {
  /** Content by path below the directory, with `/`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly stackName: string;
  readonly bridge: TemplateText;
  /** Undefined if the settings admit no other accounts or Regions. */
  readonly source: TemplateText | undefined;
  readonly codeFiles: number;
  readonly codeBytes: number;
  /** Commands that deploy it, for a shell in its directory. */
  readonly instructions: readonly string[];
}

/** Describes a package, and shows that a directory is one. */
export const manifestFile = 'package-manifest.json';
/** Digests of all other files, as `sha256sum --check` reads them. */
export const checksumFile = 'SHA256SUMS';
/** First value of the manifest. A change of the layout changes the number. */
export const packageFormat = 'autosys-bridge-package/1';

/**
 * Creates all files of a package in memory. The same input gives the same bytes.
 *
 * @param version of this program
 * @throws {Error} lists every fault of the route file, the settings or the quotas
 */
export function createTemplatePackage(options: TemplateOptions, version: string): TemplatePackage {
  const { settings, inVpc, code, region } = options;
  const stackName = settings.stackName ?? ids.stack;
  const { template, archives } = synthesizeBridge(options);
  const bridge = formatTemplate('bridge.template.json', template);
  const source = hasSources(settings)
    ? formatTemplate('source.template.json', synthesizeSource(options))
    : undefined;
  const instructions = {
    ...{ stackName, ...code, capability: bridge.capability, inVpc },
    ...(region !== undefined && { region }),
    hasSource: source !== undefined,
  };
  const terraform = toTerraformModule({
    ...instructions,
    outputs: Object.keys(template['Outputs'] ?? {}),
  });
  const texts = {
    'bridge.template.json': bridge.text,
    ...(source && { 'source.template.json': source.text }),
    ...Object.fromEntries(
      Object.entries(terraform).map(([name, text]) => [`terraform/${name}`, text]),
    ),
    'README.txt': formatReadme(instructions),
    [manifestFile]: formatManifest({
      ...{ format: packageFormat, version, stackName, ...code },
      ...(region !== undefined && { region }),
      templates: {
        'bridge.template.json': describe(bridge),
        ...(source && { 'source.template.json': describe(source) }),
      },
      code: archives.map(({ path, content }) => ({ path, bytes: content.length })),
    }),
  };
  const files = new Map<string, Uint8Array>([
    ...Object.entries(texts).map(([path, text]) => [path, Buffer.from(text, 'utf8')] as const),
    ...archives.map(({ path, content }) => [path, content] as const),
  ]);
  files.set(checksumFile, Buffer.from(formatChecksums(files), 'utf8'));
  return {
    ...{ files, stackName, bridge, source, instructions: toInstructions(instructions) },
    codeFiles: archives.length,
    codeBytes: archives.reduce((sum, { content }) => sum + content.length, 0),
  };
}

function describe({ bytes, resources, parameters, capability }: TemplateText) {
  return { bytes, resources, parameters, capability };
}

function formatManifest(manifest: object): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

function formatChecksums(files: ReadonlyMap<string, Uint8Array>): string {
  return [...files]
    .toSorted(([one], [other]) => compareText(one, other))
    .map(([path, content]) => `${toSha256(content)}  ${path}\n`)
    .join('');
}

/** The digest of a file in hexadecimal digits. */
export function toSha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
