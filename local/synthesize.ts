import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { objectAt, textAt } from './template-error.ts';

/** Options of {@link synthesize}. */
export interface SynthesizeOptions {
  /** The directory that holds `cdk.json`. */
  readonly project: string;
  /** The environment of the app, usually that of this process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Context in addition to that in `cdk.json`. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** A cloud assembly in a temporary directory. Disposing removes the directory. */
export interface SynthesizedAssembly extends AsyncDisposable {
  readonly directory: string;
}

/**
 * Runs the CDK app of a project as the CDK CLI does, without the CLI, including the bundling.
 *
 * The app gets `CDK_OUTDIR` and `CDK_CONTEXT_JSON`; `node` in its command is the Node.js of this
 * process.
 *
 * @throws {Error} with the output of the app when it fails
 */
export async function synthesize(options: SynthesizeOptions): Promise<SynthesizedAssembly> {
  const { project, environment } = options;
  const settings: unknown = JSON.parse(await readFile(join(project, 'cdk.json'), 'utf8'));
  const { app, context } = objectAt(settings, 'cdk.json');
  const command = textAt(app, 'cdk.json, app');
  const directory = await mkdtemp(join(tmpdir(), 'cloud-assembly-'));
  const assembly = {
    directory,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
  const output: string[] = [];
  const child = spawn(command, {
    cwd: project,
    // As in the CDK CLI: the command is run by a shell.
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...environment,
      PATH: `${dirname(process.execPath)}${delimiter}${environment['PATH'] ?? ''}`,
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify({
        ...objectAt(context, 'cdk.json, context'),
        ...options.context,
      }),
    },
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => output.push(chunk));
  }
  const [code, signal] = await once(child, 'close');
  if (code === 0) return assembly;
  await assembly[Symbol.asyncDispose]();
  const outputEnd = output.join('').trimEnd().slice(-4000);
  throw new Error(
    `the CDK app of ${project} ended with ${signal ?? `status ${code}`}:\n${outputEnd}`,
  );
}
