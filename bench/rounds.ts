import { median } from './statistics.ts';

/** One of the compared alternatives. Each call is one measurement, in any unit. */
export type Contender = () => Promise<number> | number;

/**
 * Measures the contenders alternately: A B C, then B C A, and so on. Other load on the machine
 * affects all of them alike, so their ratios hold even if their times do not.
 *
 * @returns every measurement by contender; the first `warmUps` rounds are discarded
 */
export async function measureAlternately<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  { rounds, warmUps = 1 }: { readonly rounds: number; readonly warmUps?: number },
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(contenders) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
    Name,
    number[]
  >;
  for (let round = -warmUps; round < rounds; round += 1) {
    const first = Math.abs(round) % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const value = await contenders[name]();
      if (round >= 0) measured[name].push(value);
    }
  }
  return measured;
}

/** The first as a multiple of the second: the median of the ratios, each taken within a round. */
export function ratio(ones: readonly number[], others: readonly number[]): number {
  return median(ones.map((one, round) => one / (others[round] ?? Number.NaN)));
}
