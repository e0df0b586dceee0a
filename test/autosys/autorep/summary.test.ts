import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printSummary, readSummary, type SummaryEntry } from '../../../autosys/autorep/index.ts';
import { jobStatuses, toLetters } from '../../../autosys/status.ts';
import { holdsForAll, jobNames } from '../arbitraries.ts';

const at = (time: string) => new Date(`2016-09-07T${time}Z`);
const style = { timezone: 'UTC' } as const;
const entry: SummaryEntry = {
  name: 'load',
  depth: 0,
  status: 'INACTIVE',
  onNoExec: false,
  run: 0,
  try: 0,
};

/**
 * The sample of the vendor's reference, after the empty line, which scripts skip as one of three.
 */
const sample = [
  '',
  'Job Name              Last Start           Last End             ST/Ex Run/Ntry Pri/Xit',
  '_____________________ ____________________ ____________________ _____ ________ _______',
  'nebox                 09/07/2016 10:17:33  -----                RU    1620/1',
  'nebox_b1              09/07/2016 10:17:34  -----                RU/NE 1620/1',
  ' nebox_b1_j1          09/07/2016 10:17:35  09/07/2016 10:17:35  SU/NE 1620/1   0',
  'hrjob1                -----                -----                IN    0/0',
];

describe('printSummary', () => {
  test('prints the layout of the reference', () => {
    const started = { ...entry, run: 1620, try: 1 };

    const lines = printSummary(
      [
        { ...started, name: 'nebox', lastStart: at('10:17:33'), status: 'RUNNING' },
        {
          ...started,
          name: 'nebox_b1',
          lastStart: at('10:17:34'),
          status: 'RUNNING',
          onNoExec: true,
        },
        {
          ...started,
          name: 'nebox_b1_j1',
          depth: 1,
          lastStart: at('10:17:35'),
          lastEnd: at('10:17:35'),
          status: 'SUCCESS',
          onNoExec: true,
          exitCode: 0,
        },
        { ...entry, name: 'hrjob1' },
      ],
      { ...style, nameWidth: 21 },
    );

    expect(lines).toEqual(sample);
  });

  test('shows the queue priority instead of the exit code in QUE_WAIT', () => {
    const [, , , row] = printSummary(
      [{ ...entry, status: 'QUE_WAIT', exitCode: 1, priority: 7 }],
      style,
    );

    expect(row).toMatch(/ QU {4}0\/0 {6}7$/);
  });

  test.for([
    { when: 'every name fits', names: ['a', 'x'.repeat(64)], width: 64 },
    { when: 'one is longer than any valid name', names: ['x'.repeat(70)], width: 70 },
    { when: 'the report has no job', names: [], width: 64 },
  ])('prints a name column of $width characters when $when', ({ names, width }) => {
    const [, , rule] = printSummary(
      names.map((name) => ({ ...entry, name })),
      style,
    );

    expect(rule?.split(' ')[0]).toHaveLength(width);
  });

  test('prints the rows after the three lines that scripts skip', () => {
    const lines = printSummary([entry], style);

    expect(lines.slice(3)).toEqual([expect.stringMatching(/^load /)]);
  });

  test('prints the status at the position where scripts read it', () => {
    const [, , , row] = printSummary([{ ...entry, status: 'RUNNING' }], style);

    expect(row?.slice(107, 109)).toBe('RU');
  });

  test('prints a name column of the given width, but never narrower than its heading', () => {
    const widthOf = (nameWidth: number) =>
      printSummary([entry], { ...style, nameWidth })[2]?.split(' ')[0]?.length;

    expect([widthOf(64), widthOf(3)]).toEqual([64, 8]);
  });

  test('cuts names in the narrow form', () => {
    const lines = printSummary([{ ...entry, name: 'x'.repeat(30) }], { ...style, narrow: true });

    expect(lines[3]).toMatch(/^x{21} -----/);
  });
});

describe('readSummary', () => {
  test('reads the sample of the reference', () => {
    expect(readSummary(sample)).toEqual([
      {
        name: 'nebox',
        depth: 0,
        lastStart: '09/07/2016 10:17:33',
        status: 'RU',
        onNoExec: false,
        run: 1620,
        try: 1,
      },
      {
        name: 'nebox_b1',
        depth: 0,
        lastStart: '09/07/2016 10:17:34',
        status: 'RU',
        onNoExec: true,
        run: 1620,
        try: 1,
      },
      {
        name: 'nebox_b1_j1',
        depth: 1,
        lastStart: '09/07/2016 10:17:35',
        lastEnd: '09/07/2016 10:17:35',
        status: 'SU',
        onNoExec: true,
        run: 1620,
        try: 1,
        exitCode: 0,
      },
      { name: 'hrjob1', depth: 0, status: 'IN', onNoExec: false, run: 0, try: 0 },
    ]);
  });

  test('reads the same without the empty first line', () => {
    expect(readSummary(sample.slice(1))).toEqual(readSummary(sample));
  });

  test('reads the heading of releases before 11.3.6 SP5, four dashes, and an added column', () => {
    const lines = [
      '',
      'Job Name        Last Start           Last End             TimeZone ST Run/Ntry Pri/Xit',
      '_______________ ____________________ ____________________ ________ __ ________ _______',
      'load            09/07/2016 10:17:33  ----                 Chicago  FA 12/3     127',
      '',
    ];

    expect(readSummary(lines)).toEqual([
      {
        name: 'load',
        depth: 0,
        lastStart: '09/07/2016 10:17:33',
        status: 'FA',
        onNoExec: false,
        run: 12,
        try: 3,
        exitCode: 127,
      },
    ]);
  });

  test('reads the cells after a value that is too long for its column', () => {
    const rule = sample.slice(0, 3);
    const row =
      'a_name_that_is_longer_than_it 09/07/2016 10:17:33  -----                FA    1234567890/1 4';

    expect(readSummary([...rule, row])).toEqual([
      {
        name: 'a_name_that_is_longer_than_it',
        depth: 0,
        lastStart: '09/07/2016 10:17:33',
        status: 'FA',
        onNoExec: false,
        run: 1234567890,
        try: 1,
        exitCode: 4,
      },
    ]);
  });

  test('reads a number in QUE_WAIT as a priority, not as an exit code', () => {
    const lines = printSummary([{ ...entry, status: 'QUE_WAIT', priority: 7 }], style);

    expect(readSummary(lines)[0]).not.toHaveProperty('exitCode');
  });

  test('ignores other lines, and all lines without a row of underscores', () => {
    const otherLines = [
      'CAUAJM_E_50027 Invalid Job Name: nope',
      '  STARTING        05/21/2010 11:27:31',
      '',
    ];

    expect(readSummary([...otherLines, ...sample.slice(0, 3), ...otherLines])).toEqual([]);
    expect(readSummary(sample.slice(3))).toEqual([]);
  });

  test('reads back what printSummary printed, for any jobs', () => {
    const dates = fc
      .integer({ min: 0, max: 4_000_000_000 })
      .map((second) => new Date(second * 1000));
    const entries = fc.array(
      fc.record({
        name: jobNames,
        depth: fc.nat({ max: 9 }),
        lastStart: fc.option(dates, { nil: undefined }),
        lastEnd: fc.option(dates, { nil: undefined }),
        status: fc.constantFrom(...jobStatuses.filter((status) => status !== 'QUE_WAIT')),
        onNoExec: fc.boolean(),
        run: fc.nat(),
        try: fc.nat({ max: 99 }),
        exitCode: fc.option(fc.integer(), { nil: undefined }),
      }),
    );

    holdsForAll(entries, (jobs) => {
      const rows = readSummary(printSummary(jobs, style));
      expect(
        rows.map(({ name, depth, status, run, exitCode }) => [name, depth, status, run, exitCode]),
      ).toEqual(
        jobs.map(({ name, depth, status, run, exitCode }) => [
          name,
          depth,
          toLetters(status),
          run,
          exitCode,
        ]),
      );
    });
  });
});
