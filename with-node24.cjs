'use strict';
// Runs a command with Node.js 24 first on the PATH: `node with-node24.cjs vitest run`.
//
// This file itself runs on whatever Node.js the host has. An older host has Node.js 24 as an optional dependency by
// platform; npm 10 installs it and forgets to link it, so it is looked up here instead of in node_modules/.bin.
const { spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
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

const [command, ...args] = process.argv.slice(2);
const path = [dirname(findNode()), join(__dirname, 'node_modules', '.bin'), process.env.PATH];
const child = spawn(command, args, {
  stdio: 'inherit',
  shell: process.platform === 'win32',
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
