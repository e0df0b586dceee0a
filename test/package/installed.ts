import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

/** A separate project with the built package installed. */
export interface Project extends AsyncDisposable {
  write(file: string, text: string): Promise<void>;
  /** Runs a program with Node.js. Resolves with its output, rejects if it fails. */
  node(...args: readonly string[]): Promise<string>;
}

/** Packs this repository as npm publishes it, and unpacks it where npm installs it. */
export async function installPackage(): Promise<Project> {
  const directory = await mkdtemp(join(tmpdir(), 'their-app-'));
  const modules = join(directory, 'node_modules');
  const installed = join(modules, 'autosys-aws-bridge');
  await mkdir(installed, { recursive: true });
  await linkDependencies(modules);
  // npm would run `prepack` as an install script, and this repository disables install scripts.
  await run('npm', ['run', 'build'], { cwd: root });
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', directory], {
    cwd: root,
  });
  const tarball = join(directory, stdout.trim().split('\n').at(-1) ?? '');
  await run('tar', ['xzf', tarball, '--strip-components=1', '-C', installed]);
  return {
    write: (file, text) => writeFile(join(directory, file), text),
    node: async (...args) => (await run(process.execPath, [...args], { cwd: directory })).stdout,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

/** Links the dependencies of this repository, as npm would install them beside the package. */
async function linkDependencies(modules: string): Promise<void> {
  const ours = join(root, 'node_modules');
  const names = await readdir(ours);
  for (const name of names.filter((one) => !one.startsWith('.'))) {
    const link = join(modules, name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(ours, name), link);
  }
}
