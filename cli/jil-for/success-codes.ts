import type { LaunchTarget } from '../../lambda/routing/targets.ts';

/** Inclusive ranges, ascending, without gaps of zero between them. */
export type CodeRanges = readonly (readonly [from: number, to: number])[];

/** Exit codes that are no failure, or why the text is wrong. */
export type SuccessReading = { readonly codes: ReadonlySet<number> } | { readonly fault: string };

/** Codes of the command itself: nothing was started, `--timeout`, and above 127 a signal. */
const ownCodes: readonly number[] = [64, 65, 69, 77, 78, 124];
const firstSignalCode = 128;

/**
 * Reads codes such as `4,10-12`.
 *
 * A code of the command itself is refused, because AutoSys could not tell a run that was not started
 * from a success. An execution ends only with the codes in `exitCodes`.
 */
export function readSuccessCodes(
  text: string,
  { kind, exitCodes }: Pick<LaunchTarget, 'kind' | 'exitCodes'>,
): SuccessReading {
  const codes = new Set([0]);
  for (const part of text.split(',').map((one) => one.trim())) {
    const [, first = '', last = first] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === '' || from > to || to > 255) {
      const found = JSON.stringify(part.slice(0, 40));
      return { fault: `expected codes and ranges from 0 to 255, such as 4,10-12, found ${found}` };
    }
    for (let code = from; code <= to; code += 1) codes.add(code);
  }
  const own = [...codes].find((code) => ownCodes.includes(code) || code >= firstSignalCode);
  if (own !== undefined) {
    return {
      fault: `found ${own}, a code of the command itself (${ownCodes.join(', ')}, and ${firstSignalCode} and above); give the run another code`,
    };
  }
  const declared = new Set([0, ...Object.values(exitCodes)]);
  const unknown = kind === 'execution' && [...codes].find((code) => !declared.has(code));
  if (typeof unknown === 'number') {
    const allowed = [...declared].toSorted((one, other) => one - other).join(', ');
    return {
      fault: `found ${unknown}, allowed: ${allowed}, the codes in exitCodes of the target`,
    };
  }
  return { codes };
}

/** The codes as they are written in JIL: `0, 4, 10-12`. */
export function printCodes(codes: ReadonlySet<number>): string {
  return toRanges(codes)
    .map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
    .join(', ');
}

/** The highest code such that it and all codes below it are in the set. */
export function toMaxExitSuccess(codes: ReadonlySet<number>): number {
  return toRanges(codes)[0]?.[1] ?? 0;
}

function toRanges(codes: ReadonlySet<number>): CodeRanges {
  const ranges: [number, number][] = [];
  for (const code of [...codes].toSorted((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last && last[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  return ranges;
}
