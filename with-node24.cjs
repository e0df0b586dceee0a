'use strict';
// Runs a command with Node.js 24 first on the PATH: `node with-node24.cjs vitest run`.
//
// This file itself runs on whatever Node.js the host has. An older host has Node.js 24 as an optional dependency by
// platform; npm 10 installs it and forgets to link it, so it is looked up here instead of in node_modules/.bin.
//
// No shell is started: a shell would change blanks, &, % and quotes in the arguments. On Windows the commands of
// packages in node_modules/.bin are scripts of a shell, so the file that a package names for its command is run.
const { spawn } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const { constants } = require('node:os');
const { delimiter, dirname, join } = require('node:path');

const neededMajor = 24;

function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= neededMajor) return process.execPath;
  const windows = process.platform === 'win32';
  const platform = `${windows ? 'win' : process.platform}-${process.arch}`;
  const found = [`node-${platform}`, `node-bin-${platform}`]
    .map((name) => join(__dirname, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node'))
    .find(existsSync);
  if (found) return found;
  console.error(
    `expected Node.js ${neededMajor} or newer, found ${process.version}, and npm has none for ${platform}; run npm ci, or install Node.js ${neededMajor}`,
  );
  process.exit(1);
}

function readManifest(folder) {
  const path = join(folder, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

// The file of a command of an installed package that package.json names; undefined for any other program.
function findFile(name) {
  const { dependencies, devDependencies } = readManifest(__dirname);
  const packages = Object.keys({ ...dependencies, ...devDependencies });
  const folders = packages.map((one) => join(__dirname, 'node_modules', one));
  const files = folders.map((folder) => {
    const { name: owner = '', bin = {} } = readManifest(folder);
    const bins = typeof bin === 'string' ? { [owner.replace(/^@.*\//, '')]: bin } : bin;
    return Object.hasOwn(bins, name) ? join(folder, bins[name]) : undefined;
  });
  return files.find((file) => file !== undefined);
}

const [command = 'node', ...args] = process.argv.slice(2);
const node = findNode();
const file = command === 'node' ? undefined : findFile(command);
const program = command === 'node' || file !== undefined ? node : command;
const path = [dirname(node), join(__dirname, 'node_modules', '.bin'), process.env.PATH];
const child = spawn(program, file === undefined ? args : [file, ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: path.join(delimiter) },
});

// Ctrl+C reaches the child too; a signal to this process alone is passed on to the child.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => {
  console.error(`${command}: ${error.message}`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  // As shells count: 128 and the number of the signal.
  process.exitCode = code ?? 128 + constants.signals[signal];
});
