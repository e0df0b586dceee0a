import { readFileSync, writeFileSync } from 'node:fs';
import type { Figures } from './benchmark.ts';
import { printFigures } from './print.ts';

/** Time and machine of a measurement. */
export interface MeasurementContext {
  readonly at: string;
  readonly machine: string;
}

/**
 * Writes figures into `docs/benchmarks.md`, each between the markers of its benchmark. Figures of
 * other benchmarks stay.
 */
export function writeDocs(
  path: string,
  figures: Readonly<Record<string, Figures>>,
  { at, machine }: MeasurementContext,
): void {
  const text = Object.entries(figures).reduce(
    (page, [name, benchmarkFigures]) =>
      replaceBetween(
        page,
        name,
        `\nMeasured ${at.slice(0, 16)}Z on ${machine}.\n${printFigures(benchmarkFigures)}\n`,
      ),
    readFileSync(path, 'utf8'),
  );
  writeFileSync(path, text);
}

/**
 * Replaces the text between the markers of a benchmark. @throws {Error} if the page has no such
 * markers
 */
export function replaceBetween(page: string, name: string, text: string): string {
  const begin = `<!-- begin ${name} -->\n`;
  const end = `<!-- end ${name} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0)
    throw new Error(`docs/benchmarks.md: expected ${begin.trim()} and ${end}`);
  return `${page.slice(0, from + begin.length)}${text}${page.slice(to)}`;
}
