import { existsSync, readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { findProfileFaults } from '../autosys/client/profile-faults.ts';
import { describeProblem, SourceError } from '../autosys/source.ts';
import { readRouteFile } from '../lambda/shared/route-file/index.ts';
import { BridgeStack } from './bridge-stack.ts';
import { ids } from './names.ts';

const app = new App();
const config = readConfig(app.node.tryGetContext('config'));
if (config) new BridgeStack(app, ids.stack, { config });

/** The compiled route file; a wrong one is told on stderr with every fault, and ends the synth. */
function readConfig(path: unknown) {
  if (typeof path !== 'string' || !existsSync(path)) {
    console.error(
      `context config: expected the path of a route file, found ${JSON.stringify(path)}; pass -c config=bridge.yaml or set it in cdk.json`,
    );
    process.exitCode = 1;
    return undefined;
  }
  const source = { name: path, text: readFileSync(path, 'utf8') };
  try {
    const { config: compiled, warnings } = readRouteFile(source, readText, findProfileFaults);
    for (const warning of warnings) console.error(`warning: ${describeProblem(source, warning)}`);
    return compiled;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return undefined;
  }
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
