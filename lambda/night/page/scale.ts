/** Maps instants of a night to horizontal positions. */
export interface NightScale {
  /** Position in percent of the width, from 0 to 100. */
  readonly toPercent: (ms: number) => string;
  /** A span as SVG attributes `x` and `width`; at least a hairline wide. `undefined` outside. */
  readonly toSpan: (
    fromMs: number,
    untilMs: number,
  ) => { readonly x: string; readonly width: string } | undefined;
}

/** Minimum width of a bar in percent, so that a run of seconds is visible. */
const hairline = 0.2;

/** Creates the scale of a night. Pure. */
export function createNightScale({
  fromMs,
  untilMs,
}: {
  readonly fromMs: number;
  readonly untilMs: number;
}): NightScale {
  const lengthMs = Math.max(1, untilMs - fromMs);
  const position = (ms: number) =>
    (100 * (Math.min(untilMs, Math.max(fromMs, ms)) - fromMs)) / lengthMs;
  return {
    toPercent: (ms) => format(position(ms)),
    toSpan: (beginMs, endMs) => {
      if (endMs < fromMs || beginMs > untilMs) return undefined;
      const x = Math.min(position(beginMs), 100 - hairline);
      const width = Math.max(hairline, position(endMs) - x);
      return { x: format(x), width: format(width) };
    },
  };
}

function format(percent: number): string {
  return `${Number(percent.toFixed(3))}%`;
}
