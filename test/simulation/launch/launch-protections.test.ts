import { describe } from 'vitest';
import { type ProtectionRow, testProtections } from '../test-protections.ts';
import { type LaunchProtection, runProtections } from './launch-protections.ts';
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
  {
    ...{ without: 'lease before SubmitJob', within: 1_500 },
    pattern: /2 runs in AWS of|belongs to 2 launches/,
  },
];

describe('a simulated scenario of launches without one protection', () => {
  testProtections({ rows, protections: runProtections, simulate: simulateLaunches });
});
