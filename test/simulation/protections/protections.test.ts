import { describe, expect, test } from 'vitest';
import { simulate } from '../simulate.ts';
import type { Protection } from './protections.ts';

interface Row {
  readonly without: Protection;
  /** So many seeds are enough to see it, with room for nights that play out otherwise one day. */
  readonly within: number;
  readonly shows: RegExp;
}

describe('a simulated night, without one protection', () => {
  test.for<Row>([
    { without: 'conditional write', within: 15, shows: /went back from/ },
    { without: 'lease', within: 280, shows: /is sent after .* was confirmed|is confirmed as/ },
    { without: 'look before resend', within: 80, shows: /took the one-off .* times/ },
    {
      without: 'acknowledge after apply',
      within: 60,
      shows: /is acknowledged|newer is|nothing is known/,
    },
    { without: 'version order', within: 5, shows: /went back from/ },
    { without: 'gate', within: 60, shows: /was down for .* asked/ },
  ])('breaks what must hold: $without, within $within seeds', async (row) => {
    const { violations, seed } = await findBroken(row);

    expect(violations.join('\n')).toMatch(row.shows);
    // The same night holds with it.
    expect((await simulate(seed)).violations).toEqual([]);
  });
});

/** The first night that breaks. */
async function findBroken({ without, within }: Row) {
  for (let seed = 1; seed <= within; seed += 1) {
    const { violations } = await simulate(seed, { without });
    if (violations.length > 0) return { seed, violations };
  }
  return { seed: 1, violations: [] };
}
