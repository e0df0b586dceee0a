import type { Package } from './packages.ts';

/** The bytes of a bundle that come from one source. */
export interface Share {
  readonly from: string;
  readonly bytes: number;
}

/**
 * The bytes of a bundle by package, or by folder of this repository. Sources with less than `least`
 * bytes are summed.
 */
export function accountForBytes(
  { inputs, bytes }: Package,
  { least }: { readonly least: number },
): readonly Share[] {
  const bytesBySource = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const source = toSource(path);
    bytesBySource.set(source, (bytesBySource.get(source) ?? 0) + bytesInOutput);
  }
  const shares = [...bytesBySource].map(([from, sourceBytes]) => ({ from, bytes: sourceBytes }));
  const large = shares.filter((share) => share.bytes >= least);
  const small = shares.filter((share) => share.bytes < least);
  const esbuildBytes = bytes - sum(shares);
  return [
    ...large.toSorted((one, other) => other.bytes - one.bytes),
    { from: `${small.length} more`, bytes: sum(small) },
    { from: "esbuild's own code", bytes: esbuildBytes },
  ];
}

function sum(shares: readonly Share[]): number {
  return shares.reduce((total, share) => total + share.bytes, 0);
}

/** `@smithy/core`, or `ours: autosys/client`. */
function toSource(path: string): string {
  const inPackage = path.split('node_modules/').at(-1);
  if (inPackage === undefined || inPackage === path) {
    return `ours: ${path.split('/').slice(0, -1).slice(0, 2).join('/')}`;
  }
  return inPackage
    .split('/')
    .slice(0, inPackage.startsWith('@') ? 2 : 1)
    .join('/');
}
