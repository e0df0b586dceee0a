import { expect, test } from 'vitest';
import { type DetailEntry, printDetails, readDetails } from '../../../autosys/autorep/index.ts';

const at = new Date('2010-05-21T11:27:31Z');
const row = { depth: 0, status: 'SUCCESS', onNoExec: false, run: 12, try: 1 } as const;
const style = { timezone: 'UTC' };
const common = { at, try: 1, eventState: 'PD' } as const;

test('readDetails reads back what printDetails printed, job by job', () => {
  const box: readonly DetailEntry[] = [
    { ...common, kind: 'status', status: 'RUNNING' },
    { ...common, kind: 'alarm', alarm: 'JOBFAILURE', machine: 'm1' },
    { ...common, kind: 'event', event: 'FORCE_STARTJOB', try: 0, text: 'AWS run <1>, event e1' },
  ];
  const member: readonly DetailEntry[] = [
    { ...common, kind: 'event', event: 'STARTJOB', eventState: 'UP' },
  ];

  const lines = printDetails(
    [
      { ...row, name: 'NIGHT', details: box },
      { ...row, name: 'LOAD', depth: 1, details: member },
    ],
    style,
  );

  const read = { at: '05/21/2010 11:27:31', eventState: 'PD' };
  expect(readDetails(lines)).toEqual([
    { job: 'NIGHT', kind: 'status', name: 'RUNNING', ...read },
    { job: 'NIGHT', kind: 'alarm', name: 'JOBFAILURE', ...read },
    {
      job: 'NIGHT',
      kind: 'event',
      name: 'FORCE_STARTJOB',
      ...read,
      text: 'AWS run <1>, event e1',
    },
    { job: 'LOAD', kind: 'event', name: 'STARTJOB', ...read, eventState: 'UP' },
  ]);
});

test.for([
  { what: 'nothing', lines: [] },
  { what: 'no report', lines: ['CAUAJM_E_50027 Invalid Job Name: nope'] },
  { what: 'events without a job', lines: ['  [STARTJOB]      05/21/2010 11:41:41    0  PD'] },
])('readDetails returns nothing for $what', ({ lines }) => {
  expect(readDetails(lines)).toEqual([]);
});
