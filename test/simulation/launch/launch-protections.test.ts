import { describe, expect, test } from 'vitest';
import { findFailing, type ProtectionRow } from '../find-failing.ts';
import { type LaunchProtection, launchProtections } from './launch-protections.ts';
import { simulateLaunches } from './simulate-launches.ts';

const rows: readonly ProtectionRow<LaunchProtection>[] = [
  { without: 'intent', within: 300, pattern: /2 runs in AWS of/ },
  { without: 'single attempt', within: 150, pattern: /2 runs in AWS of/ },
  { without: 'look-up', within: 400, pattern: /2 runs in AWS of/ },
  { without: 'stop record', within: 800, pattern: /still runs after the accepted stop/ },
  { without: 'absence watch', within: 60, pattern: /still runs after the kill/ },
  { without: 'stop until proven', within: 60, pattern: /is parked without need/ },
  { without: 'children of a stop', within: 60, pattern: /still runs after .* is proven/ },
  { without: 'ended children of maps', within: 150, pattern: /still runs after .* is proven/ },
  { without: 'named children', within: 400, pattern: /the target does not name it/ },
  { without: 'AWS lookup of launches', within: 60, pattern: /still waits at the end/ },
  { without: 'intent lookup', within: 60, pattern: /is still intended at the end/ },
  { without: 'slots', within: 100, pattern: /runs of narrow at once/ },
  { without: 'lease before SubmitJob', within: 1_500, pattern: /2 runs in AWS of/ },
  { without: 'early RUNNING', within: 30, pattern: /ran at .* on an older value of/ },
  { without: 'binding of a launch', within: 30, pattern: /RUNNING is sent to .* again/ },
  { without: 'events wait for their launch', within: 1_500, pattern: /^mirror .* shows RUNNING/m },
  { without: 'failing mark', within: 100, pattern: /shows RUNNING, but the run is FAILED/ },
  { without: 'mirror job watch', within: 200, pattern: /after the kill of the mirror job/ },
  { without: 'mark of a redriven run', within: 200, pattern: /^mirror .* shows RUNNING/m },
];

describe('a simulated scenario of launches without one protection', () => {
  // A row runs hundreds of scenarios at worst, beside the other tests.
  test.for(rows)(
    'breaks a rule: $without, within $within seeds',
    { timeout: 900_000 },
    async (row) => {
      const { seed, violations } = await findFailing(row, simulateLaunches);

      expect(violations.join('\n')).toMatch(row.pattern);
      // The same scenario passes with the protection.
      expect((await simulateLaunches(seed)).violations).toEqual([]);
    },
  );

  test('is tested for each protection', () => {
    expect(rows.map(({ without }) => without)).toEqual([...launchProtections]);
  });
});
