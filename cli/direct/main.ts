#!/usr/bin/env node
import { createRunTarget } from '../agent/commands/run-target.ts';
import { createProcessIo } from '../agent/process-io.ts';
import { agentCommands, runAgent } from '../agent/run-agent.ts';
import { programName } from '../command-prefix.ts';
import { readDirect } from './read-direct.ts';

/** Version of the package. The bundler inserts it. */
declare const bundledVersion: string;

const run = createRunTarget(readDirect);

process.exitCode = await runAgent(
  process.argv.slice(2),
  createProcessIo({ prefix: programName, version: bundledVersion, env: process.env }),
  agentCommands.map((command) => (command.name === run.name ? run : command)),
);
// A credential_process that hangs, or a connection to a silent endpoint, does not keep this process.
setTimeout(() => process.exit(), 2_000).unref();
