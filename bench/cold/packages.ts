import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { bundleOptions } from '../../infra/bundle-options.ts';
import { functionNames } from '../../infra/function-names.ts';
import { configFileName, environment as variableNames } from '../../lambda/contract.ts';
import { readWiring, synthesize } from '../../local/index.ts';
import { synthesizeNight } from '../../test/runtime/night-system.ts';
import { synthesizeRequests } from '../../test/runtime/requests-system.ts';

/** Code in a separate directory, with the contents of its zip file. */
export interface Package {
  readonly name: string;
  /** Contains `index.js` and the compiled route file. */
  readonly directory: string;
  readonly bytes: number;
  /** The environment variables of the functions, as in the stack; the same for all packages. */
  readonly environment: Readonly<Record<string, string>>;
  /** The bytes that each file contributes to the bundle. */
  readonly inputs: Metafile['outputs'][string]['inputs'];
}

export interface Packages extends AsyncDisposable {
  /** The bundles that `cdk deploy` would upload, by function. */
  readonly shipped: ReadonlyMap<string, Package>;
  /** The same handlers, bundled by NodejsFunction with default settings, by function. */
  readonly cdkDefault: ReadonlyMap<string, Package>;
  /** Has no code. */
  readonly empty: Package;
  /** Creates only the SDK clients of the report function. */
  readonly sdk: Package;
  /** Creates only a client of got. */
  readonly http: Package;
}

const project = join(import.meta.dirname, '../..');

/**
 * The defaults of NodejsFunction for nodejs24.x: the SDK of the runtime, nothing minified
 * (aws-cdk-lib 2.275).
 */
const cdkDefaultOptions = {
  format: 'cjs',
  target: 'node24',
  external: ['@aws-sdk/*', '@smithy/*'],
} as const satisfies BuildOptions;

/** Settings of a stack with the functions of the launch API, whose bundles the others do not have. */
const launchContext = {
  config: 'examples/launch.yaml',
  launchVpcEndpointIds: 'vpce-0a1b2c3d',
} as const;

/** Synthesizes the app for the shipped bundles, and builds the bundles for comparison. */
export async function createPackages(): Promise<Packages> {
  await using stack = new AsyncDisposableStack();
  const assembly = stack.use(await synthesize({ project, environment: process.env }));
  const withLaunchApi = stack.use(
    await synthesize({ project, environment: process.env, context: launchContext }),
  );
  const withRequests = stack.use(await synthesizeRequests());
  const withNight = stack.use(await synthesizeNight(60));
  const scratch = mkdtempSync(join(tmpdir(), 'bench-cold-'));
  stack.defer(() => rmSync(scratch, { recursive: true }));
  const location = { account: '000000000000', region: 'us-east-1' };
  const functions = [assembly, withLaunchApi, withRequests, withNight].flatMap(
    ({ directory }) => readWiring(directory, location).functions,
  );
  const shipped = new Map<string, Package>();
  const cdkDefault = new Map<string, Package>();
  const { taskRoot = '' } = functions[0] ?? {};
  // The variables of all functions together, so that all packages have the same environment.
  const environment = {
    ...Object.fromEntries(functions.flatMap((one) => Object.entries(one.environment))),
    // The embedded AWS makes no buckets, so the stack has no name for this one.
    [variableNames.nightBucket]: 'pages',
  };
  const config = join(taskRoot, configFileName);
  const bundle = (name: string, entry: string, options: BuildOptions, besideIt = config) =>
    createPackage(name, {
      ...{ scratch, environment, options },
      entry: join(project, entry),
      config: besideIt,
    });
  for (const name of functionNames) {
    const entry = `lambda/functions/${name}.ts`;
    const rebuilt = await bundle(`${name}, shipped`, entry, bundleOptions);
    const directory = functions.find(({ taskRoot }) =>
      isSame(taskRoot, rebuilt.directory),
    )?.taskRoot;
    if (directory === undefined)
      throw new Error(
        `${entry}: the shipped bundle differs from a bundle built with the settings of infra/bundle-options.ts`,
      );
    shipped.set(name, { ...rebuilt, directory });
    // The same routes: the night function does not start without pages of the night.
    const own = join(directory, configFileName);
    cdkDefault.set(name, await bundle(`${name}, CDK default`, entry, cdkDefaultOptions, own));
  }
  const empty = await bundle('empty handler', 'bench/cold/empty-handler.ts', bundleOptions);
  const sdk = await bundle('SDK clients only', 'bench/cold/sdk-handler.ts', bundleOptions);
  const http = await bundle('got only', 'bench/cold/http-handler.ts', bundleOptions);
  const disposables = stack.move();
  return {
    shipped,
    cdkDefault,
    empty,
    sdk,
    http,
    [Symbol.asyncDispose]: () => disposables.disposeAsync(),
  };
}

/** How a package is built. */
export interface PackageOptions {
  readonly scratch: string;
  readonly entry: string;
  readonly config: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly options: BuildOptions;
}

/** Bundles a handler into a directory of its own, with the compiled route file beside it. */
export async function createPackage(
  name: string,
  { scratch, entry, config, environment, options }: PackageOptions,
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

/**
 * The shipped bundle is identified by its bytes, so that the analysed bundle is the deployed one.
 */
function isSame(one: string, other: string): boolean {
  const read = (directory: string) => readFileSync(join(directory, 'index.js'));
  return read(one).equals(read(other));
}
