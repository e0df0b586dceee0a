import { readFileSync } from 'node:fs';
import { AgentError } from '../agent/agent-error.ts';
import type { CompiledRules } from './compiled-rules.ts';
import { readTargetsFile } from './targets-file.ts';

// A program of its own: prints the targets of the route file that its argument names, or its faults.
process.stdout.write(JSON.stringify(compile(process.argv[2] ?? '')));

function compile(path: string): CompiledRules {
  try {
    const rules = readTargetsFile({ readFile: (file) => readFileSync(file) }, path);
    return { kind: 'rules', rules };
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return { kind: 'refused', exit: error.exit, lines: error.lines };
  }
}
