#!/usr/bin/env node
import { createRunTarget } from '../agent/commands/run-target.ts';
import { createProcessIo } from '../agent/process-io.ts';
import { agentCommands, runAgent } from '../agent/run-agent.ts';
import { programName } from '../command-prefix.ts';
import { createReadDirect } from './read-direct.ts';

/** Version of the package. The bundler inserts it. */
declare const bundledVersion: string;
/** Text of the program `compile-route-file.ts`. The bundler inserts it. */
declare const routeFileCompiler: string;

/** A `credential_process` or a connection without an answer does not keep the process longer. */
const lingerMs = 2_000;

const run = createRunTarget(createReadDirect(routeFileCompiler));

process.exitCode = await runAgent(
  process.argv.slice(2),
  createProcessIo({ prefix: programName, version: bundledVersion, env: process.env }),
  agentCommands.map((command) => (command.name === run.name ? run : command)),
);
setTimeout(() => process.exit(), lingerMs).unref();
