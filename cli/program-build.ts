import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };

/** Version of the package. The bundler of the one file inserts it. */
declare const bundledVersion: string;
/** Digest of the sources. The bundler of the one file inserts it. */
declare const bundledDigest: string;

/** Version of the program. */
export const programVersion: string =
  typeof bundledVersion === 'undefined' ? manifest.version : bundledVersion;

/** What a program was built from. */
export interface ProgramBuild {
  readonly version: string;
  /** Digest of the sources: 12 hex digits. The functions of the same build log the same. */
  readonly digest: string;
  /** False in a clone, where the program runs from its sources as they are now. */
  readonly bundled: boolean;
}

/** Reads what this program was built from. A clone computes the digest of its present sources. */
export async function readProgramBuild(): Promise<ProgramBuild> {
  // The bundler leaves this branch out only if the import is inside of it.
  if (typeof bundledDigest === 'undefined') {
    const { readSourceDigest } = await import('../release/source-digest.ts');
    const digest = readSourceDigest(join(import.meta.dirname, '..'));
    return { version: programVersion, digest, bundled: false };
  }
  return { version: programVersion, digest: bundledDigest, bundled: true };
}

/** `0.2.0 (build 0123456789ab)`. */
export function formatBuild({ version, digest }: Omit<ProgramBuild, 'bundled'>): string {
  return `${version} (build ${digest})`;
}
