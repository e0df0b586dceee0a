import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './process.ts';

/** Minimum Python version of MiniStack. */
const oldest = { major: 3, minor: 10 };
const requirements = join(import.meta.dirname, 'requirements.txt');
const windows = process.platform === 'win32';

/**
 * Creates a virtual environment with the pinned emulator, or reuses the existing one. Every package
 * is pinned with its hashes. A change of `requirements.txt` recreates the environment.
 *
 * @param directory location of the environment, ignored by git
 * @returns the path of its Python
 * @throws {Error} that names what to install
 */
export async function preparePython(directory: string): Promise<string> {
  const python = join(directory, windows ? 'Scripts/python.exe' : 'bin/python');
  const mark = join(directory, 'installed-requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(python) && existsSync(mark) && readFileSync(mark, 'utf8') === wanted)
    return python;
  const host = await findPython();
  await succeed(host, ['-m', 'venv', '--clear', directory], 'install the venv module of Python');
  const pip = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--only-binary', ':all:'];
  await succeed(python, [...pip, '-r', requirements], 'the first run needs a Python package index');
  writeFileSync(mark, wanted);
  return python;
}

async function findPython(): Promise<string> {
  const found: string[] = [];
  for (const command of ['python3', 'python']) {
    const version = await readVersion(command);
    if (version === undefined) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major === oldest.major && minor >= oldest.minor) return command;
    found.push(`${command} ${version}`);
  }
  throw new Error(
    `expected Python ${oldest.major}.${oldest.minor} or newer as python3, found ${found.join(', ') || 'none'}; the emulated AWS of this test is a Python program: install Python and try again`,
  );
}

async function readVersion(command: string): Promise<string | undefined> {
  const asked = ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'];
  try {
    const { code, output } = await run(command, asked, options(10_000));
    return code === 0 ? output.trim() : undefined;
  } catch {
    // This program does not exist.
    return undefined;
  }
}

async function succeed(command: string, args: readonly string[], advice: string) {
  const { code, output } = await run(command, args, options(300_000));
  if (code === 0) return;
  throw new Error(`${command} ${args.join(' ')} ended with ${code}; ${advice}\n${output}`);
}

/**
 * Uses the environment of the caller, because pip takes its index, proxy and certificates from it.
 */
function options(withinMs: number) {
  const env = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { cwd: import.meta.dirname, env: Object.fromEntries(env), withinMs };
}
