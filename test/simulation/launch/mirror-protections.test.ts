import { describe } from 'vitest';
import { type ProtectionRow, testProtections } from '../test-protections.ts';
import { type LaunchProtection, mirrorProtections } from './launch-protections.ts';
import { simulateLaunches } from './simulate-launches.ts';

const rows: readonly ProtectionRow<LaunchProtection>[] = [
  { without: 'early RUNNING', within: 30, pattern: /ran at .* on an older value of/ },
  { without: 'binding of a launch', within: 30, pattern: /RUNNING is sent to .* again/ },
  { without: 'events wait for their launch', within: 1_500, pattern: /^mirror .* shows RUNNING/m },
  { without: 'failing mark', within: 100, pattern: /shows RUNNING, but the run is FAILED/ },
  { without: 'mirror job watch', within: 200, pattern: /after the kill of the mirror job/ },
  {
    ...{ without: 'command watch beside a mirror job', within: 500 },
    pattern: /still runs after the kill of JOB_/,
  },
  { without: 'mark of a redriven run', within: 200, pattern: /^mirror .* shows RUNNING/m },
];

describe('a simulated scenario of mirrors and redrives without one protection', () => {
  testProtections({ rows, protections: mirrorProtections, simulate: simulateLaunches });
});
