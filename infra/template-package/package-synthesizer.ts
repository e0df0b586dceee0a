import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import {
  type CfnParameter,
  type FileAssetLocation,
  FileAssetPackaging,
  type FileAssetSource,
  Fn,
  type ISynthesisSession,
  StackSynthesizer,
  Stage,
} from 'aws-cdk-lib';
import { createZip, type ZipEntry } from './zip.ts';

/** The code of a function, as it is uploaded. */
export interface CodeArchive {
  /** Path below the package and below the prefix in the bucket, with the digest of the content. */
  readonly path: string;
  readonly content: Buffer;
}

/** The parameters of the template that say where its code is. */
export interface CodeParameters {
  readonly bucket: CfnParameter;
  readonly prefix: CfnParameter;
}

/**
 * Lets the functions of a stack load their code from a bucket that parameters of the template name.
 * Nothing refers to the CDK bootstrap: no version parameter, bucket or role.
 */
export class PackageSynthesizer extends StackSynthesizer {
  readonly #archives = new Map<string, CodeArchive>();
  #parameters: CodeParameters | undefined;

  /** The archives of all functions, each content once. */
  get archives(): readonly CodeArchive[] {
    return [...this.#archives.values()];
  }

  /** Sets the parameters. The stack must have them before its first function. */
  locateCode(parameters: CodeParameters): void {
    this.#parameters = parameters;
  }

  override addFileAsset({ fileName = '', packaging }: FileAssetSource): FileAssetLocation {
    if (packaging !== FileAssetPackaging.ZIP_DIRECTORY || this.#parameters === undefined) {
      throw new Error(
        `asset ${fileName}: found no directory, allowed: the directory of a function`,
      );
    }
    const outdir = Stage.of(this.boundStack)?.assetOutdir ?? '.';
    const content = createZip(readEntries(join(outdir, fileName)));
    const digest = createHash('sha256').update(content).digest('hex');
    const archive = { path: `code/${digest.slice(0, 32)}.zip`, content };
    this.#archives.set(archive.path, archive);
    const { bucket, prefix } = this.#parameters;
    const objectKey = Fn.join('', [prefix.valueAsString, archive.path]);
    return {
      bucketName: bucket.valueAsString,
      objectKey,
      // Lambda reads bucket and key only. The CDK requires these fields.
      httpUrl: `https://${bucket.valueAsString}/${objectKey}`,
      s3ObjectUrl: `s3://${bucket.valueAsString}/${objectKey}`,
    };
  }

  override addDockerImageAsset(): never {
    throw new Error('asset: found a container image, allowed: the directory of a function');
  }

  override synthesize(session: ISynthesisSession): void {
    this.synthesizeTemplate(session);
    this.emitArtifact(session);
  }
}

/** All files of a directory, with paths relative to it. */
function readEntries(directory: string): readonly ZipEntry[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile());
  return files.map((path) => ({
    name: relative(directory, path).split(sep).join('/'),
    content: readFileSync(path),
  }));
}
