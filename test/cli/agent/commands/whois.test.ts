import { describe, expect, test } from 'vitest';
import { describeFound } from '../../../../cli/agent/commands/describe-found.ts';
import { toQueries } from '../../../../cli/agent/commands/whois-run.ts';
import { anEnd, aRun } from '../wait/play.ts';

const arn = 'arn:aws:states:eu-west-1:111122223333:execution:settlement:night-42';
const id = '4c7599ae-0a82-49aa-ba5a-4727fcce14a8';

describe('the subject of whois', () => {
  test.for([
    { subject: arn, queries: [{ arn }] },
    { subject: id, queries: [{ id }, { name: id }] },
    { subject: `${id}:7`, queries: [{ id: `${id}:7` }, { name: `${id}:7` }] },
    {
      subject: 'PAY_EOD-r1620t1-ACE',
      queries: [{ name: 'PAY_EOD-r1620t1-ACE' }, { job: 'PAY_EOD-r1620t1-ACE' }],
    },
    { subject: 'PAY_EOD.1620', queries: [{ job: 'PAY_EOD', run: '1620' }] },
    { subject: 'PAY_EOD.1620.2', queries: [{ job: 'PAY_EOD', run: '1620', try: '2' }] },
    { subject: 'pay.eod.1620.2', queries: [{ job: 'pay.eod', run: '1620', try: '2' }] },
    { subject: 'pay.eod', queries: [{ job: 'pay.eod' }] },
  ])('$subject', ({ subject, queries }) => {
    expect(toQueries(subject, undefined)).toEqual(queries);
  });

  test('is a job if an instance is given', () => {
    expect(toQueries('PAY_EOD', 'ACE')).toEqual([{ job: 'PAY_EOD', instance: 'ACE' }]);
  });
});

describe('the answer of whois', () => {
  test('shows each run, and that the ledger was read', () => {
    const run = aRun({ ...anEnd, job: 'PAY_EOD', run: 1620, try: 1, instance: 'ACE', awsId: arn });

    expect(describeFound({ version: '1.0', by: 'ledger', runs: [run] })).toEqual([
      'PAY_EOD-r1620t1-ACE',
      '  target    settlement',
      '  instance  ACE',
      '  job       PAY_EOD',
      '  run       1620',
      '  try       1',
      '  caller    agents',
      '  state     ENDED (SUCCEEDED)',
      `  AWS id    ${arn}`,
      '  requested 2026-11-20T02:13:00Z',
      '  exit code 0 (status SUCCEEDED)',
      '',
      'found by ledger: the launch row of the run says its job, run and try, or its key',
    ]);
  });

  test('shows why a run failed', () => {
    const execution = aRun({ ...anEnd, result: { error: 'Rates.NoData', cause: 'no rates' } });
    const batch = aRun({ ...anEnd, result: { reason: 'Host EC2 terminated.' } });
    const lines = describeFound({ version: '1.0', by: 'ledger', runs: [execution, batch] });

    expect(lines).toEqual(
      expect.arrayContaining([
        '  error     Rates.NoData',
        '  cause     no rates',
        '  reason    Host EC2 terminated.',
      ]),
    );
  });

  test('shows what a name says without a row', () => {
    const decoded = { instance: 'ACE', job: 'PAY_EOD', run: 1620, try: 1 };

    expect(describeFound({ version: '1.0', by: 'name', runs: [], decoded })).toEqual([
      'job PAY_EOD, run 1620, try 1, instance ACE',
      'found by name: the name of the run says its job, run and try; the ledger has no launch row of it',
    ]);
  });
});
