import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { configFileName } from '../lambda/contract.ts';
import type { BridgeConfig } from '../lambda/routing/routes.ts';
import { readFunctionBundle } from './function-bundle.ts';
import type { FunctionName } from './function-names.ts';

/** The name of a bundle in the code of a function. */
const bundleFileName = 'index.js';
/** Context key of the CDK. Assets are then used where they are, and not copied. */
const disableStaging = 'aws:cdk:disable-asset-staging';

/** Code of a function. Disposing removes the directory that the CDK has copied. */
export interface FunctionCode extends Disposable {
  readonly asset: AssetCode;
}

/**
 * Writes the bundle of a function and the compiled routes into a directory of the cloud assembly.
 *
 * The name of the directory is a digest of the contents, because one app can contain two bridges,
 * and the CDK reuses an asset of the same path. For a stack that is not selected, the bundle is left
 * out, as the CDK leaves out its own bundling.
 */
export function assembleCode(
  scope: Construct,
  name: FunctionName,
  config: BridgeConfig,
): FunctionCode {
  const files: Record<string, string | Uint8Array> = {
    [configFileName]: `${JSON.stringify(config)}\n`,
    ...(Stack.of(scope).bundlingRequired && { [bundleFileName]: readFunctionBundle(name) }),
  };
  const hash = createHash('sha256').update(name);
  for (const [file, content] of Object.entries(files)) hash.update(file).update(content);
  const digest = hash.digest('hex').slice(0, 16);
  const directory = join(Stage.of(scope)?.outdir ?? '.', `${name}-${digest}`);
  mkdirSync(directory, { recursive: true });
  for (const [file, content] of Object.entries(files))
    writeFileSync(join(directory, file), content);
  return {
    asset: Code.fromAsset(directory),
    [Symbol.dispose]() {
      if (scope.node.tryGetContext(disableStaging)) return;
      rmSync(directory, { recursive: true });
    },
  };
}
