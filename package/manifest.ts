interface SourceManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** Path of the command in the package. */
export const commandPath = 'bin/autosys-bridge.mjs';

/**
 * Returns the `package.json` of the package for other projects.
 *
 * It has no dependencies, because all code is in the bundles. Classic resolution of TypeScript reads
 * `main` and `types`, every other one reads `exports`.
 */
export function toPackageManifest({
  name,
  version,
  description,
  license,
  peerDependencies,
}: SourceManifest) {
  const forms = (kind: 'esm' | 'cjs') => ({
    types: `./${kind}/index.d.ts`,
    default: `./${kind}/index.js`,
  });
  return {
    ...{ name, version, description, license },
    // As aws-cdk-lib. The functions run on the Node.js of AWS Lambda.
    engines: { node: '>=20.0.0' },
    main: './cjs/index.js',
    module: './esm/index.js',
    types: './cjs/index.d.ts',
    exports: {
      '.': { import: forms('esm'), require: forms('cjs') },
      './bridge.schema.json': './bridge.schema.json',
      './package.json': './package.json',
    },
    bin: { 'autosys-bridge': `./${commandPath}` },
    peerDependencies,
  };
}
