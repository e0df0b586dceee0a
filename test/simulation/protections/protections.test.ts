import { describe, expect, test } from 'vitest';
import { simulate } from '../simulate.ts';
import type { Protection } from './protections.ts';

interface Row {
  readonly without: Protection;
  /** So many seeds are enough to see it, with room for nights that play out otherwise one day. */
  readonly within: number;
  readonly shows: RegExp;
}

const rows: readonly Row[] = [
  { without: 'conditional write', within: 30, shows: /went back from/ },
];

describe('a simulated night, without one protection', () => {
  test.for(rows)('breaks what must hold: $without, within $within seeds', async (row) => {
    const { seed, violations } = await findBroken(row);

    expect(violations.join('\n')).toMatch(row.shows);
    // The same night holds with it.
    expect((await simulate(seed)).violations).toEqual([]);
  });
});

/** The first night that breaks in the way that is looked for. */
async function findBroken({ without, within, shows }: Row) {
  for (let seed = 1; seed <= within; seed += 1) {
    const { violations } = await simulate(seed, { without });
    if (violations.some((violation) => shows.test(violation))) return { seed, violations };
  }
  return { seed: 1, violations: [] };
}
