import type { BuildOptions } from 'esbuild';
import { readBuildNames } from './build-names.ts';
import { toModulePath } from './module-path.ts';

/**
 * Credential providers for developer machines, containers and EC2 hosts. Lambda provides
 * credentials by environment variables, which the SDK reads first. Without these modules, the
 * bundle is a fifth smaller. The SDK of the Lambda runtime is on the module path, so a provider
 * that is needed after all is found there.
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
 * Modules that the SDK loads by `import()`, and that the bridge never uses: the detection of
 * browsers.
 *
 * The main benefit is not their own size. For such a module, esbuild wraps all shared modules (150
 * of `@smithy/core`) into functions, and keeps their unused parts.
 */
const unusedModules = ['bowser'] as const;

/**
 * Bundle stubs by module name. These modules are loaded at start, but the bridge never uses them. A
 * stub provides what is needed at load time, and throws an error when it is used. Only the stub of
 * `node:fs/promises` has a function.
 *
 * esbuild fails if a module imports something that its stub does not export.
 */
export const bundleStubs: Readonly<Record<string, string>> = {
  '@aws-sdk/endpoint-cache': toModulePath('infra/bundle-stubs/endpoint-cache'),
  // Most clients load it by `import()`, that of CloudWatch Logs at start.
  '@smithy/core/event-streams': toModulePath('infra/bundle-stubs/event-streams'),
  '@sindresorhus/is': toModulePath('infra/bundle-stubs/type-checks'),
  'cacheable-request': toModulePath('infra/bundle-stubs/cacheable-request'),
  'decompress-response': toModulePath('infra/bundle-stubs/decompress-response'),
  'node:fs/promises': toModulePath('infra/bundle-stubs/fs-promises'),
  'node:http2': toModulePath('infra/bundle-stubs/http2'),
  'node:zlib': toModulePath('infra/bundle-stubs/zlib'),
};

/**
 * Options of esbuild for every function: CommonJS that includes the SDK, from the ES modules of the
 * packages.
 *
 * Published measurements on Lambda: the SDK of the runtime adds about 250 ms to a cold start.
 * `mainFields` has more effect than minifying. CommonJS loads about 27 ms faster than ES modules.
 * Own measurements: docs/benchmarks.md.
 */
export const bundleOptions = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  external: [...rareCredentialProviders, ...unusedModules],
  alias: bundleStubs,
  get define() {
    return { 'Intl.ListFormat': 'LazyListFormat', ...readBuildNames() };
  },
  inject: [toModulePath('infra/bundle-stubs/lazy-list-format')],
} satisfies BuildOptions;
