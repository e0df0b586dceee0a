import { describe, expect, test } from 'vitest';
import { NameError } from '../../../autosys/errors.ts';
import { parseJil, printJil, printJobs, readJobStatement } from '../../../autosys/jil/index.ts';
import type { Job } from '../../../autosys/job.ts';

const text = [
  'insert_job: PAY_BOX job_type: b',
  'date_conditions: 0',
  'insert_job: PAY_LOAD',
  'job_type: CMD',
  'box_name: PAY_BOX',
  'command: load.sh 10\\:30',
  'machine: m1',
  'owner: autosys@m1',
  'description: nightly load',
  'condition: success(PAY_PREP,2.30)&v(X)=1',
  'insert_job: PAY_INNER job_type: BOX',
  'box_name: PAY_BOX',
  'insert_job: DEEP job_type: CMD machine: m1 box_name: PAY_INNER',
].join('\n');

const source = { name: 'jobs.jil', text };
const { statements } = parseJil(source);
const jobs: readonly Job[] = statements.map((statement) => readJobStatement(statement, source).job);

describe('printJobs', () => {
  test('prints the layout of autorep -q', () => {
    expect(printJobs(jobs, { ownerAsComment: true })).toBe(
      [
        '/* ----------------- PAY_BOX ----------------- */',
        '',
        'insert_job: PAY_BOX   job_type: BOX ',
        'date_conditions: 0',
        '',
        ' /* ----------------- PAY_LOAD ----------------- */',
        '',
        ' insert_job: PAY_LOAD   job_type: CMD ',
        ' box_name: PAY_BOX',
        ' command: load.sh 10\\:30',
        ' machine: m1',
        ' #owner: autosys@m1',
        ' description: "nightly load"',
        ' condition: s(PAY_PREP,02.30) & v(X) = "1"',
        '',
        ' /* ----------------- PAY_INNER ----------------- */',
        '',
        ' insert_job: PAY_INNER   job_type: BOX ',
        ' box_name: PAY_BOX',
        '',
        '  /* ----------------- DEEP ----------------- */',
        '',
        '  insert_job: DEEP   job_type: CMD ',
        '  machine: m1',
        '  box_name: PAY_INNER',
        '',
      ].join('\n'),
    );
  });

  test('prints long keywords in conditions, and the owner, on request', () => {
    const printed = printJobs(jobs, { long: true });

    expect(printed).toContain('condition: success(PAY_PREP,02.30) & value(X) = "1"');
    expect(printed).toContain('\n owner: autosys@m1');
  });

  test('prints jobs that read back as the same jobs', () => {
    const dump = { name: 'dump', text: printJobs(jobs) };

    const readBack = parseJil(dump).statements.map(
      (statement) => readJobStatement(statement, dump).job,
    );

    expect(printJobs(readBack)).toBe(dump.text);
  });
});

describe('printJil', () => {
  test('keeps the order of the attributes and the text of conditions', () => {
    const printed = printJil(statements);

    expect(printed).toContain('insert_job: PAY_BOX   job_type: b \n');
    expect(printed).toContain('condition: success(PAY_PREP,2.30)&v(X)=1\n');
  });

  test('omits the header if the name could end the comment', () => {
    const statement = { subcommand: 'insert_resource', object: 'a */ b', attributes: [] } as const;

    expect(printJil([statement])).toBe('insert_resource: a */ b\n');
  });

  test('prints a box that contains itself', () => {
    const looped = parseJil({ name: 'x', text: 'insert_job: A job_type: BOX\nbox_name: A' });

    expect(printJil(looped.statements)).toContain('insert_job: A   job_type: BOX ');
  });

  test.for(['a\nb', 'say "hello', ' "x" y'])(
    'rejects the value %j, which JIL cannot express',
    (value) => {
      const statement = {
        subcommand: 'insert_job',
        object: 'A',
        attributes: [{ name: 'command', value }],
      } as const;

      expect(() => printJil([statement])).toThrow(NameError);
    },
  );
});
