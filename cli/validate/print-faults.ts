import { type Problem, type Source, SourceError } from '../../autosys/source.ts';
import type { Io } from '../io.ts';
import {
  createPaint,
  printJson,
  printLines,
  toFaultDocuments,
  toTerminalLines,
} from '../render.ts';

/** The faults of a route file and its secrets. */
export interface RouteFileFaults {
  readonly source: Source;
  readonly faults: readonly Problem[];
  /** Secrets that could not be read; `undefined` without `--secrets`. */
  readonly unread: readonly Problem[] | undefined;
}

/** Prints every fault in the order of the file; with --json as data. */
export function printFaults(
  { source, faults, unread }: RouteFileFaults,
  io: Io,
  json: boolean,
): void {
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
    ...(unread && unread.length > 0 ? [`${unread.length} not checked`] : []),
  ];
  printLines(io.stderr, [
    ...toTerminalLines(inOrder([...faults, ...(unread ?? [])]).message),
    '',
    paint('red', `${source.name}: ${counts.join(', ')}`),
  ]);
}
