import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { bundleStubs, bundlingDefaults } from '../../infra/function-defaults.ts';
import { configFileName } from '../../lambda/contract.ts';
import { readWiring, synthesize } from '../../local/index.ts';

/** Code in a directory of its own, as it would be zipped. */
export interface Package {
  readonly name: string;
  /** Holds `index.js` and the compiled route file. */
  readonly directory: string;
  readonly bytes: number;
  /** The variables of the functions, as the stack has them; the same for all that are compared. */
  readonly environment: Readonly<Record<string, string>>;
  /** What each file gave to the bundle. */
  readonly inputs: Metafile['outputs'][string]['inputs'];
}

export interface Packages extends AsyncDisposable {
  /** As `cdk deploy` would upload it, by the room of its handler. */
  readonly shipped: ReadonlyMap<string, Package>;
  /** The same handlers as NodejsFunction makes them when nothing is asked for, by room. */
  readonly plain: ReadonlyMap<string, Package>;
  /** Does nothing. */
  readonly empty: Package;
  /** Makes the very SDK clients, and nothing else. */
  readonly sdk: Package;
  /** Makes a client of got, and nothing else. */
  readonly http: Package;
}

const project = join(import.meta.dirname, '../..');

/** The settings of `infra/function-defaults.ts` in esbuild's own words. */
const asShipped = {
  format: 'cjs',
  target: bundlingDefaults.target,
  mainFields: [...bundlingDefaults.mainFields],
  minify: bundlingDefaults.minify,
  external: [...bundlingDefaults.externalModules],
  alias: { ...bundleStubs },
  define: { ...bundlingDefaults.define },
  inject: [...bundlingDefaults.inject],
} as const satisfies BuildOptions;

/** What NodejsFunction does by itself for nodejs24.x: the SDK of the runtime, nothing minified (aws-cdk-lib 2.275). */
const asCdkDoes = {
  format: 'cjs',
  target: 'node24',
  external: ['@aws-sdk/*', '@smithy/*'],
} as const satisfies BuildOptions;

/** Synthesizes the app for what is shipped, and bundles what it is held against. */
export async function makePackages(): Promise<Packages> {
  await using stack = new AsyncDisposableStack();
  const assembly = stack.use(await synthesize({ project, environment: process.env }));
  const scratch = mkdtempSync(join(tmpdir(), 'bench-cold-'));
  stack.defer(() => rmSync(scratch, { recursive: true }));
  const { functions } = readWiring(assembly.directory, {
    account: '000000000000',
    region: 'us-east-1',
  });
  const shipped = new Map<string, Package>();
  const plain = new Map<string, Package>();
  const { taskRoot = '' } = functions[0] ?? {};
  // The variables of all functions, so that each finds its own, and all the same.
  const environment = Object.fromEntries(
    functions.flatMap((one) => Object.entries(one.environment)),
  );
  const config = join(taskRoot, configFileName);
  const bundle = (name: string, entry: string, options: BuildOptions) =>
    makePackage(name, { scratch, entry: join(project, entry), config, environment, options });
  for (const room of ['report', 'sweep', 'canary']) {
    const entry = `lambda/functions/${room}.ts`;
    const rebuilt = await bundle(`${room}, shipped`, entry, asShipped);
    const directory = functions.find(({ taskRoot }) =>
      isSame(taskRoot, rebuilt.directory),
    )?.taskRoot;
    if (directory === undefined)
      throw new Error(`${entry}: the stack ships another bundle than its settings make`);
    shipped.set(room, { ...rebuilt, directory });
    plain.set(room, await bundle(`${room}, the plain way`, entry, asCdkDoes));
  }
  const empty = await bundle('an empty handler', 'bench/cold/empty-handler.ts', asShipped);
  const sdk = await bundle('the SDK clients alone', 'bench/cold/sdk-handler.ts', asShipped);
  const http = await bundle('got alone', 'bench/cold/http-handler.ts', asShipped);
  const held = stack.move();
  return { shipped, plain, empty, sdk, http, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

interface Making {
  readonly scratch: string;
  readonly entry: string;
  readonly config: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly options: BuildOptions;
}

async function makePackage(
  name: string,
  { scratch, entry, config, environment, options }: Making,
): Promise<Package> {
  const directory = mkdtempSync(join(scratch, `${basename(dirname(entry))}-`));
  const outfile = join(directory, 'index.js');
  const { metafile } = await build({
    ...options,
    absWorkingDir: project,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    metafile: true,
    logLevel: 'error',
  });
  copyFileSync(config, join(directory, configFileName));
  const [output] = Object.values(metafile.outputs);
  const { bytes = 0, inputs = {} } = output ?? {};
  return { name, directory, environment, bytes, inputs };
}

/** The shipped bundle is known by its very bytes, so that what is accounted for is what is deployed. */
function isSame(one: string, other: string): boolean {
  const read = (directory: string) => readFileSync(join(directory, 'index.js'));
  return read(one).equals(read(other));
}
