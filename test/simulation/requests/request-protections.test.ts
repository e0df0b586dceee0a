import { describe } from 'vitest';
import { type ProtectionRow, testProtections } from '../test-protections.ts';
import { type RequestProtection, requestProtections } from './request-protections.ts';
import { simulateRequests } from './simulate-requests.ts';

const rows: readonly ProtectionRow<RequestProtection>[] = [
  { without: 'row before the effect', within: 30, pattern: /is sent without a request/ },
  {
    without: 'job before the start',
    within: 100,
    pattern: /it (began|had begun|had ended) before/,
  },
  {
    without: 'decision before the answer',
    within: 200,
    pattern: /is answered .* (and|ended with)/,
  },
  { without: 'answer sent again', within: 80, pattern: /is not sent at the end/ },
  {
    without: 'run number',
    within: 150,
    pattern: /is answered with run|has started its job|and its run \d+ had ended/,
  },
  { without: 'run of one request', within: 200, pattern: /is the answer of/ },
  { without: 'second read of a failure', within: 300, pattern: /AutoSys ran try/ },
  { without: 'order of receipt', within: 1_500, pattern: /counts as older|is sent after/ },
  {
    without: 'kill of this run',
    from: 11_500,
    within: 400,
    pattern: /^the kill of .* ended run/m,
  },
  { without: 'entry check', within: 60, pattern: /its entry does not allow it/ },
  { without: 'heartbeat', within: 200, pattern: /ends by heartbeat without faults/ },
];

describe('a simulated scenario of requests without one protection', () => {
  testProtections({ rows, protections: requestProtections, simulate: simulateRequests });
});
