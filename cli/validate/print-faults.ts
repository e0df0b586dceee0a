import { type Problem, type Source, SourceError } from '../../autosys/source.ts';
import type { Io } from '../io.ts';
import {
  createPaint,
  printJson,
  printLines,
  toFaultDocuments,
  toTerminalLines,
} from '../render.ts';

/** What is wrong with a route file and its secrets. */
export interface Wrong {
  readonly source: Source;
  readonly faults: readonly Problem[];
  /** Secrets of which nothing is known; `undefined` where nobody asked. */
  readonly unread: readonly Problem[] | undefined;
}

/** Says every fault in the order of the file; with --json as data. */
export function printFaults({ source, faults, unread }: Wrong, io: Io, json: boolean): void {
  const inOrder = (problems: readonly Problem[]) =>
    new SourceError(
      source,
      problems.toSorted((one, other) => one.start - other.start),
    );
  if (json) {
    printJson(io.stdout, {
      file: source.name,
      ok: false,
      faults: toFaultDocuments(inOrder(faults)),
      ...(unread && { unread: toFaultDocuments(inOrder(unread)) }),
    });
    return;
  }
  const paint = createPaint(io.stderr, io.env);
  const counts = [
    ...(faults.length > 0 ? [faults.length === 1 ? '1 fault' : `${faults.length} faults`] : []),
    ...(unread && unread.length > 0 ? [`${unread.length} unknown`] : []),
  ];
  printLines(io.stderr, [
    ...toTerminalLines(inOrder([...faults, ...(unread ?? [])]).message),
    '',
    paint('red', `${source.name}: ${counts.join(', ')}`),
  ]);
}
