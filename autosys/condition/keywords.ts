import type { Atom } from './ast.ts';

/** Short keyword by the long one, in lower case; AutoSys takes either in any case (11.3.6 reference, documented). */
export const keywords = {
  success: 's',
  failure: 'f',
  terminated: 't',
  done: 'd',
  notrunning: 'n',
  exitcode: 'e',
  value: 'v',
} as const satisfies Record<Atom['kind'], string>;

const kindByKeyword: ReadonlyMap<string, Atom['kind']> = new Map(
  Object.entries(keywords).flatMap(([kind, short]) => [
    [kind, kind as Atom['kind']],
    [short, kind as Atom['kind']],
  ]),
);

/** The atom a keyword opens, whatever its case; `undefined` where it opens none. */
export function readKeyword(text: string): Atom['kind'] | undefined {
  return kindByKeyword.get(text.toLowerCase());
}
