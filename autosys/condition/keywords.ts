import type { Atom } from './ast.ts';

/** Long and short keywords, in lower case. Not case-sensitive in AutoSys (11.3.6, documented). */
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

/** The kind of atom of a keyword, not case-sensitive. `undefined` for any other text. */
export function readKeyword(text: string): Atom['kind'] | undefined {
  return kindByKeyword.get(text.toLowerCase());
}
