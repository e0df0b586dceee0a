import type { Package } from './packages.ts';

/** Who gave how much to a bundle. */
export interface Share {
  readonly from: string;
  readonly bytes: number;
}

/** Every byte of a bundle by the package, or by the room of ours, that gave it; what is small is summed up. */
export function accountForBytes(
  { inputs, bytes }: Package,
  { least }: { readonly least: number },
): readonly Share[] {
  const given = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const giver = toGiver(path);
    given.set(giver, (given.get(giver) ?? 0) + bytesInOutput);
  }
  const shares = [...given].map(([from, itsBytes]) => ({ from, bytes: itsBytes }));
  const large = shares.filter((share) => share.bytes >= least);
  const small = shares.filter((share) => share.bytes < least);
  const glue = bytes - sum(shares);
  return [
    ...large.toSorted((one, other) => other.bytes - one.bytes),
    { from: `${small.length} more`, bytes: sum(small) },
    { from: "esbuild's own glue", bytes: glue },
  ];
}

function sum(shares: readonly Share[]): number {
  return shares.reduce((total, share) => total + share.bytes, 0);
}

/** `@smithy/core`, or `ours: autosys/client`. */
function toGiver(path: string): string {
  const inPackage = path.split('node_modules/').at(-1);
  if (inPackage === undefined || inPackage === path) {
    return `ours: ${path.split('/').slice(0, -1).slice(0, 2).join('/')}`;
  }
  return inPackage
    .split('/')
    .slice(0, inPackage.startsWith('@') ? 2 : 1)
    .join('/');
}
