import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { toModulePath } from './module-path.ts';

/** What every function of the bridge runs on. */
export const functionDefaults = {
  runtime: Runtime.NODEJS_24_X,
  architecture: Architecture.ARM_64,
  memorySize: 512,
} as const;

/**
 * Where credentials come from on a developer's machine, a container or an EC2 host; Lambda gives
 * them by environment variables, which the SDK asks first. Left out, they save a fifth of the
 * bundle. The runtime's own SDK lies on Lambda's path, so one that is asked for after all is found
 * there.
 */
const rareCredentialProviders = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@aws-sdk/token-providers',
  '@smithy/credential-provider-imds',
] as const;

/**
 * What the SDK's code names by `import()` and nothing of ours comes to: streams of events, which no
 * request of ours has, and the reading of a browser's name.
 *
 * Their bytes are the least of it: esbuild wraps all that such a part has in common with the rest
 * (150 modules of `@smithy/core`) into functions, and keeps what nobody uses of them.
 */
const neverAskedFor = ['@smithy/core/event-streams', 'bowser'] as const;

/**
 * Loaded at once wherever it is named, though nothing of ours comes to it; so a small file stands
 * in, which does what is asked of it at load and says so loudly when it is used after all. Only
 * that of `node:fs/promises` does real work.
 *
 * What a stand-in does not export cannot be imported either: esbuild refuses to make the bundle.
 */
export const bundleStubs: Readonly<Record<string, string>> = {
  '@aws-sdk/endpoint-cache': toModulePath('infra/bundle-stubs/endpoint-cache'),
  'cacheable-request': toModulePath('infra/bundle-stubs/cacheable-request'),
  'decompress-response': toModulePath('infra/bundle-stubs/decompress-response'),
  'node:fs/promises': toModulePath('infra/bundle-stubs/fs-promises'),
  'node:http2': toModulePath('infra/bundle-stubs/http2'),
  'node:zlib': toModulePath('infra/bundle-stubs/zlib'),
};

/**
 * How every bundle is made: CommonJS with the SDK inside, from the packages' ES modules.
 *
 * Measured by others on Lambda: the SDK of the runtime costs about 250 ms of cold start more,
 * `mainFields` counts more than minifying, and CommonJS loads about 27 ms faster than ES modules.
 * Measured here: docs/benchmarks.md.
 */
export const bundlingDefaults = {
  format: OutputFormat.CJS,
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  sourceMap: false,
  bundleAwsSDK: true,
  externalModules: [...rareCredentialProviders, ...neverAskedFor],
  esbuildArgs: { '--alias': Object.entries(bundleStubs).map((pair) => pair.join('=')) },
  define: { 'Intl.ListFormat': 'LazyListFormat' },
  inject: [toModulePath('infra/bundle-stubs/lazy-list-format')],
} as const satisfies BundlingOptions;
