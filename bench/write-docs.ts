import { readFileSync, writeFileSync } from 'node:fs';
import type { Figures } from './benchmark.ts';
import { printFigures } from './print.ts';

/** When and where figures were measured, in words. */
export interface Occasion {
  readonly at: string;
  readonly machine: string;
}

/** Puts figures into `docs/benchmarks.md`, each between the markers of its benchmark; what was not measured stays. */
export function writeDocs(
  path: string,
  figures: Readonly<Record<string, Figures>>,
  { at, machine }: Occasion,
): void {
  const text = Object.entries(figures).reduce(
    (page, [name, its]) =>
      replaceBetween(
        page,
        name,
        `\nMeasured ${at.slice(0, 16)}Z on ${machine}.\n${printFigures(its)}\n`,
      ),
    readFileSync(path, 'utf8'),
  );
  writeFileSync(path, text);
}

/** @throws {Error} where the page has no such markers */
export function replaceBetween(page: string, name: string, text: string): string {
  const begin = `<!-- begin ${name} -->\n`;
  const end = `<!-- end ${name} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0)
    throw new Error(`docs/benchmarks.md: expected ${begin.trim()} and ${end}`);
  return `${page.slice(0, from + begin.length)}${text}${page.slice(to)}`;
}
