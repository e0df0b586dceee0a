import { expect, test } from 'vitest';
import type { RunAnswer } from '../../../lambda/launch/api.ts';
import { formatRunAnswer } from '../../../lambda/launch/text-answer.ts';

const failed: RunAnswer = {
  version: '1.0',
  name: 'NIGHT_EOD-r1620t1-ACE',
  target: 'settlement',
  caller: 'agents',
  state: 'ENDED',
  status: 'FAILED',
  requestedAt: '2026-11-30T01:00:00.000Z',
  rev: '3.2',
  changes: [],
  result: { error: 'Rates.NoData', cause: 'no rates\nfor the day' },
  exit: { code: 4, source: 'error Rates.NoData' },
};

test('the text of a failed run says why it failed once', () => {
  const lines = formatRunAnswer(failed).split('\n');
  const diagnosed = formatRunAnswer({ ...failed, diagnosis: 'failed in state Rates: no rates' });

  expect(lines.slice(2, 4)).toEqual(['error: Rates.NoData', 'cause: no rates for the day']);
  expect(diagnosed.match(/no rates/g)).toHaveLength(1);
});
