/** Prints the beginning and the end of a log, and leaves out the middle of a long one. */
export interface MiddleCut {
  readonly add: (line: string) => void;
  /** Prints what was kept back, and how much was left out. */
  readonly finish: () => void;
}

/** Limits of a printed log. Half of each is for the beginning, half for the end. */
export const logLimits = { lines: 5_000, bytes: 2_097_152 } as const;

/** Creates a cut that prints lines. Memory is bounded by the limits. */
export function createMiddleCut(
  print: (line: string) => void,
  /** Where the whole log is, such as a console link. */
  place: string,
  limits: { readonly lines: number; readonly bytes: number } = logLimits,
): MiddleCut {
  const half = { lines: Math.floor(limits.lines / 2), bytes: Math.floor(limits.bytes / 2) };
  const head = { lines: 0, bytes: 0 };
  const tail: { readonly line: string; readonly bytes: number }[] = [];
  const left = { lines: 0, bytes: 0 };
  let tailBytes = 0;
  let isHeadFull = false;

  return {
    add(line) {
      const bytes = Buffer.byteLength(line) + 1;
      isHeadFull ||= head.lines === half.lines || head.bytes + bytes > half.bytes;
      if (!isHeadFull) {
        head.lines += 1;
        head.bytes += bytes;
        print(line);
        return;
      }
      tail.push({ line, bytes });
      tailBytes += bytes;
      while (tail.length > half.lines || tailBytes > half.bytes) {
        const dropped = tail.shift()?.bytes ?? 0;
        tailBytes -= dropped;
        left.lines += 1;
        left.bytes += dropped;
      }
    },
    finish() {
      if (left.lines > 0) {
        const lines = left.lines === 1 ? '1 line' : `${left.lines} lines`;
        print(`[${lines}, ${Math.ceil(left.bytes / 1_024)} KiB left out; ${place}]`);
      }
      for (const { line } of tail) print(line);
    },
  };
}
