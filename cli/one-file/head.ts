#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { programName } from '../command-prefix.ts';
import { isSupportedNode, neededNode } from './needed-node.ts';

/** Text of each CommonJS module of the program by its name. The bundler inserts it. */
declare const bundledModules: Readonly<Record<string, string>>;

const file = fileURLToPath(import.meta.url);
const requireBuiltIn = createRequire(import.meta.url);
const loaded: Record<string, { exports: unknown }> = {};

/**
 * Loads a module of the program, or one of Node.js.
 *
 * V8 reads the text of the other modules as strings, which takes a tenth of the time of their code.
 */
function requireBundled(name: string): unknown {
  const text = bundledModules[name];
  if (text === undefined) return requireBuiltIn(name);
  const known = loaded[name];
  if (known) return known.exports;
  // Before it runs: two modules may import each other.
  const module = { exports: {} };
  loaded[name] = module;
  const parameters = ['require', 'module', 'exports'];
  const load = compileFunction(text, parameters, { filename: `${file}/${name.replace('./', '')}` });
  load(requireBundled, module, module.exports);
  return module.exports;
}

if (isSupportedNode(process.versions.node)) {
  requireBundled('./main.js');
} else {
  writeSync(
    2,
    `${programName}: expected Node.js ${neededNode} or newer, found v${process.versions.node} (${process.execPath}); install a newer Node.js, or give the path of one: /path/to/node ${file}\n`,
  );
  process.exitCode = 2;
}
