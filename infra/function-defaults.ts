import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/** What every function of the bridge runs on. */
export const functionDefaults = {
  runtime: Runtime.NODEJS_24_X,
  architecture: Architecture.ARM_64,
  memorySize: 512,
} as const;

/**
 * How every bundle is made: CommonJS with the SDK inside, from the packages' ES modules.
 *
 * Measured by others on Lambda: the SDK of the runtime costs about 250 ms of cold start more, `mainFields` counts more
 * than minifying, and CommonJS loads about 27 ms faster than ES modules.
 */
export const bundlingDefaults = {
  format: OutputFormat.CJS,
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  sourceMap: false,
  bundleAwsSDK: true,
} as const satisfies BundlingOptions;
