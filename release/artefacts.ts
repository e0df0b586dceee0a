import { buildAgent } from '../cli/build-agent.ts';
import { buildCli } from '../cli/build-cli.ts';
import { buildDirect } from '../cli/build-direct.ts';
import { packageArchive, packPackage } from '../package/pack.ts';

/** A file of a release. */
export interface Artefact {
  /** Name of the file, without a folder. */
  readonly name: string;
  /** Writes the file. Two builds of the same sources write the same bytes. */
  readonly build: (path: string) => Promise<unknown>;
}

/** The files of a release, in the order in which they are built. */
export const artefacts: readonly Artefact[] = [
  { name: 'autosys-bridge.mjs', build: buildCli },
  { name: 'autosys-bridge-agent.mjs', build: buildAgent },
  { name: 'autosys-bridge-direct.mjs', build: buildDirect },
  { name: packageArchive, build: packPackage },
];
