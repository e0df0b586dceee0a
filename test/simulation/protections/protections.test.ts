import { describe, expect, test } from 'vitest';
import { simulate } from '../simulate.ts';
import { type Protection, protections } from './protections.ts';

interface Row {
  readonly without: Protection;
  /** So many seeds are enough to see it, with room for nights that play out otherwise one day. */
  readonly within: number;
  readonly shows: RegExp;
}

const rows: readonly Row[] = [
  { without: 'conditional write', within: 40, shows: /went back from|took the one-off/ },
  { without: 'lease', within: 1_000, shows: /times without an answer|is sent after|ran \d+ times/ },
  { without: 'lease check before sending', within: 700, shows: /is sent after|ran \d+ times/ },
  { without: 'claim before sending', within: 100, shows: /took the one-off .* times/ },
  { without: 'look before resend', within: 100, shows: /took the one-off .* times/ },
  { without: 'own starts told from others', within: 250, shows: /confirmed and was never taken/ },
  { without: 'read-back', within: 20, shows: /was never confirmed/ },
  { without: 'acknowledge after apply', within: 40, shows: /is known and its|has no row/ },
  { without: 'waiting in the ledger', within: 40, shows: /is a dead letter, and nobody died/ },
  { without: 'version order', within: 10, shows: /went back from/ },
  { without: 'order of the file', within: 150, shows: /is sent before/ },
  { without: 'circuit breaker', within: 150, shows: /was down for .* and asked .* times/ },
  { without: 'shared circuit breaker', within: 700, shows: /was down for .* and asked .* times/ },
  { without: 'declared windows', within: 20, shows: /in a declared window/ },
  { without: 'drain rate', within: 250, shows: /began more than 1 in a second/ },
  { without: 'drain', within: 20, shows: /is still due/ },
  { without: 'sweep', within: 40, shows: /is over and stands as RUNNING/ },
  { without: 'run row before acknowledgement', within: 10, shows: /has no row/ },
  { without: 're-assert', within: 150, shows: /is confirmed as .* and is / },
  {
    without: 'hold after a refused login',
    within: 40,
    shows: /refused logins in half an hour/,
  },
  { without: 'hidden secrets', within: 20, shows: /a secret in/ },
  { without: 'read-back after acceptance', within: 60, shows: /^READ_\w+ ran \d+ times/m },
  { without: 'time of acceptance', within: 250, shows: /minutes after its acceptance/ },
  { without: 'blanks at the end', within: 60, shows: /ALONE.*(no reason|never|is still)/ },
  { without: 'known ends', within: 150, shows: /was killed before/ },
  { without: 'old events', within: 40, shows: /an old event acted/ },
  { without: 'pages told from refusals', within: 60, shows: /is parked for no reason/ },
  { without: 'decompression', within: 200, shows: /nobody foresaw|no reason|BRIDGE_DEFECT/ },
  { without: 'start time in keys', within: 60, shows: /has no row|is known and its|newer is/ },
  { without: 'unknown instances', within: 60, shows: /an unknown instance/ },
  { without: 'held behind a parked one', within: 60, shows: /is sent although/ },
  { without: 'one end of a Batch job', within: 250, shows: /took the one-off .* times/ },
  { without: 'second send once', within: 200, shows: /times without an answer/ },
];

describe('a simulated night, without one protection', () => {
  // A row plays hundreds of nights at worst, beside the other tests.
  test.for(rows)(
    'breaks what must hold: $without, within $within seeds',
    { timeout: 300_000 },
    async (row) => {
      const { seed, violations } = await findBroken(row);

      expect(violations.join('\n')).toMatch(row.shows);
      // The same night holds with it.
      expect((await simulate(seed)).violations).toEqual([]);
    },
  );

  test('is played for each of them', () => {
    expect(rows.map(({ without }) => without)).toEqual([...protections]);
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
