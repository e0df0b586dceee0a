#!/usr/bin/env node
import { programName } from '../command-prefix.ts';
import { createProcessIo } from './process-io.ts';
import { runAgent } from './run-agent.ts';

/** Version of the package. The bundler inserts it. */
declare const bundledVersion: string;

process.exitCode = await runAgent(
  process.argv.slice(2),
  createProcessIo({ prefix: programName, version: bundledVersion, env: process.env }),
);
