import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { buildCli, type CliBundle } from '../../cli/build-cli.ts';
import { programName } from '../../cli/command-prefix.ts';

/** The one file, installed as docs/try.md does it. */
export interface InstalledCommand extends Disposable {
  readonly bundle: CliBundle;
  /** The link on the PATH. */
  readonly path: string;
  /** This environment, with `autosys-bridge` and the Node.js of this process first on the PATH. */
  readonly env: NodeJS.ProcessEnv;
}

/** Builds the one file into a temporary folder, and puts it on the PATH. */
export async function installCommand(): Promise<InstalledCommand> {
  const folder = mkdtempSync(join(tmpdir(), 'command-'));
  const file = join(folder, `lib/${programName}.mjs`);
  const path = join(folder, `bin/${programName}`);
  const bundle = await buildCli(file);
  mkdirSync(dirname(path));
  symlinkSync(file, path);
  const paths = [dirname(path), dirname(process.execPath), process.env['PATH']];
  return {
    ...{ bundle, path },
    env: { ...process.env, PATH: paths.join(delimiter) },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
