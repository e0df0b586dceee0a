import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { programName } from './command-prefix.ts';
import { formatBuild, readProgramBuild } from './program-build.ts';

/** Path of the bundle, from the top of the repository. */
export const agentBundlePath = `dist/${programName}-agent.mjs`;

/**
 * Long names of properties that only the commands themselves use: no field of an answer, an option or
 * Node.js. They are shortened, because the bundle may have 60 KB.
 */
const ownProperties = [
  ...['autosysFlags', 'autosysArguments', 'certificatesPath', 'commandCode', 'describeResume'],
  ...['exitCodes', 'firstHoldDelayMs', 'firstWaitMs', 'hadNoEffect', 'hasEnded', 'hasStragglers'],
  ...['examples', 'failures', 'holdDelayMs', 'holdSeconds', 'inputPath', 'isDetached', 'isDirect'],
  ...['isFinal', 'isImmediate', 'isReported', 'maxHoldDelayMs', 'maxWaitMs', 'mayExist'],
  ...['minHoldMs', 'notAllowed', 'notProvenMs', 'notReached', 'notReachedMs', 'readLoginFile'],
  ...['reportAt', 'retryAfterMs', 'sameSignalMs', 'secretAdvice', 'stopNotAcceptedMs'],
  ...['stopRepeatMs', 'stragglersMs', 'summary', 'writeError', 'writeOut'],
];

/**
 * Bundles the commands of the agent into one file for Node.js 22.21 and later.
 *
 * @param outfile path of the file, whose folder is created
 * @returns what the bundle contains
 */
export async function buildAgent(outfile: string): Promise<Metafile> {
  mkdirSync(dirname(outfile), { recursive: true });
  const { metafile } = await build({
    entryPoints: [join(import.meta.dirname, 'agent/main.ts')],
    outfile,
    bundle: true,
    minify: true,
    mangleProps: new RegExp(`^(?:${ownProperties.join('|')})$`),
    platform: 'node',
    format: 'esm',
    target: 'node22',
    charset: 'utf8',
    metafile: true,
    define: { bundledVersion: JSON.stringify(formatBuild(await readProgramBuild())) },
  });
  chmodSync(outfile, 0o755);
  return metafile;
}

if (import.meta.main) {
  const path = join(import.meta.dirname, '..', agentBundlePath);
  const { outputs } = await buildAgent(path);
  const [output] = Object.values(outputs);
  console.log(`${agentBundlePath}: ${output?.bytes ?? 0} bytes`);
}
