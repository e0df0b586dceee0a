import { expect, test } from 'vitest';
import { type DetailEntry, printDetails } from '../../../autosys/autorep/index.ts';

const at = (time: string) => new Date(`2010-05-21T${time}Z`);

test('printDetails prints the history of a job below its row, in the layout of the reference', () => {
  const processed = { eventState: 'PD', try: 1 } as const;
  const details: readonly DetailEntry[] = [
    {
      ...processed,
      kind: 'status',
      status: 'STARTING',
      at: at('11:27:31'),
      processedAt: at('11:27:31'),
      machine: 'localhost',
    },
    {
      ...processed,
      kind: 'status',
      status: 'FAILURE',
      at: at('11:41:10'),
      processedAt: at('11:41:10'),
      text: 'Command file not found',
    },
    {
      ...processed,
      kind: 'alarm',
      alarm: 'JOBFAILURE',
      at: at('11:41:10'),
      processedAt: at('11:41:11'),
      machine: 'localhost',
    },
    { kind: 'event', event: 'STARTJOB', at: at('11:41:41'), try: 0, eventState: 'UP' },
  ];

  const lines = printDetails(
    [
      {
        name: 'test_job',
        depth: 0,
        lastStart: at('11:27:31'),
        lastEnd: at('11:41:10'),
        status: 'FAILURE',
        onNoExec: false,
        run: 12,
        try: 1,
        exitCode: 127,
        details,
      },
    ],
    { timezone: 'UTC', nameWidth: 21 },
  );

  expect(lines).toEqual([
    '',
    'Job Name              Last Start           Last End             ST/Ex Run/Ntry Pri/Xit',
    '_____________________ ____________________ ____________________ _____ ________ _______',
    'test_job              05/21/2010 11:27:31  05/21/2010 11:41:10  FA    12/1     127',
    '',
    '  Status/[Event]  Time                 Ntry ES  ProcessTime           Machine',
    '  --------------  --------------------- --  --  --------------------- ----------------',
    '  STARTING        05/21/2010 11:27:31    1  PD  05/21/2010 11:27:31   localhost',
    '  FAILURE         05/21/2010 11:41:10    1  PD  05/21/2010 11:41:10',
    '    <Command file not found>',
    '  [*** ALARM ***]',
    '    JOBFAILURE    05/21/2010 11:41:10    1  PD  05/21/2010 11:41:11   localhost',
    '  [STARTJOB]      05/21/2010 11:41:41    0  UP',
    '',
  ]);
});
