import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJil, printJil, readJil } from '../../../autosys/jil/index.ts';
import {
  describeProblem,
  JilSyntaxError,
  type Problem,
  toPosition,
} from '../../../autosys/source.ts';
import { holdsForAll, withoutPositions } from '../arbitraries.ts';

const source = (text: string) => ({ name: 'jobs.jil', text });
const read = (text: string) => readJil(source(text));
const messages = (text: string, problems: readonly Problem[]) =>
  problems.map((problem) => describeProblem(source(text), problem).split('\n')[0]);
const problemsOf = (text: string) => messages(text, read(text).problems);
const warningsOf = (text: string) => messages(text, read(text).script.warnings);
const attributesOf = (text: string) =>
  read(text).script.statements.map(({ attributes }) =>
    attributes.map(({ name, value }) => [name, value]),
  );

describe('statements', () => {
  test('begin at each subcommand and have the attributes that follow', () => {
    const { script, problems } = read(
      'insert_job: A\nmachine: m1\n\ndelete_box: B\nupdate_job: C\ncommand: x',
    );

    expect(problems).toEqual([]);
    expect(script.statements.map(({ subcommand, object }) => [subcommand, object])).toEqual([
      ['insert_job', 'A'],
      ['delete_box', 'B'],
      ['update_job', 'C'],
    ]);
    expect(script.statements.map(({ attributes }) => attributes.length)).toEqual([1, 0, 1]);
  });

  test.for([
    ['insert_job: A   job_type: CMD ', [['job_type', 'CMD']]],
    ['insert_job : A   job_type : CMD', [['job_type', 'CMD']]],
    ['INSERT_JOB:A Job_Type:CMD', [['job_type', 'CMD']]],
    [
      'insert_job: A job_type: CMD machine: m1 command: ls -l',
      [
        ['job_type', 'CMD'],
        ['machine', 'm1'],
        ['command', 'ls -l'],
      ],
    ],
    ['insert_job: A strange: 1', [['strange', '1']]],
    ['insert_job: A\n  machine:m1  ', [['machine', 'm1']]],
    ['insert_job: A\r\nmachine: m1\r\n', [['machine', 'm1']]],
    [
      'insert_job: A\ncommand: x machine: m1',
      [
        ['command', 'x'],
        ['machine', 'm1'],
      ],
    ],
    ['insert_job: A\ncondition:', [['condition', '']]],
  ] as const)('reads the attributes of %j', ([text, attributes]) => {
    expect(attributesOf(text)).toEqual([attributes]);
  });

  test('have the positions of the statement, its attributes and their values', () => {
    const text = 'insert_job: A\n  description: "a job"';

    const [statement] = read(text).script.statements;

    expect(statement).toMatchObject({ start: 0, end: 36, objectSpan: { start: 12, end: 13 } });
    expect(statement?.attributes).toMatchObject([
      { start: 16, end: 36, valueSpan: { start: 30, end: 35 } },
    ]);
  });

  test.for([
    ['insert_machine: m1\ntype: a', 'm1'],
    ['insert_xinst: PRD\nxtype: a', 'PRD'],
    ['insert_resource: threads\nres_type: R', 'threads'],
    ['insert_job: a\\:b', 'a:b'],
    ['insert_job: "a:b"', 'a:b'],
  ] as const)('reads the object of %j', ([text, object]) => {
    expect(read(text)).toMatchObject({ script: { statements: [{ object }] }, problems: [] });
  });
});

describe('values', () => {
  test.for([
    ['/bin/load \\: now', '/bin/load : now'],
    ['"/bin/load : now"', '/bin/load : now'],
    ['a\\\\:b', 'a\\:b'],
    ['echo "a\\:b" c\\:d', 'echo "a\\:b" c:d'],
    ['"x" "y"', '"x" "y"'],
    ['""', ''],
    ['" padded "', ' padded '],
    ['it#s # no comment', 'it#s # no comment'],
    ['ls /tmp/*', 'ls /tmp/*'],
    ['"ls /* machine: m"', 'ls /* machine: m'],
    ['"machine: x"', 'machine: x'],
    ['http://host/path', 'http://host/path'],
    ['a /* note */ b', 'a            b'],
  ] as const)('reads %j as %j', ([written, value]) => {
    expect(attributesOf(`insert_job: A\ncommand: ${written}`)).toEqual([[['command', value]]]);
  });

  test('continues a list in the next line, without a marker', () => {
    const text =
      'insert_job: A\nstart_times: 10\\:00, 11\\:00,\n  12:00\n  13\\:30\ndays_of_week: mo,\ntu';

    expect(attributesOf(text)).toEqual([
      [
        ['start_times', '10:00, 11:00, 12:00 13:30'],
        ['days_of_week', 'mo, tu'],
      ],
    ]);
  });
});

describe('comments', () => {
  test.for([
    '# a comment: with a colon\ninsert_job: A\n   # machine: m1\n',
    '/* one */\ninsert_job: A /* two */\n',
    '/* over\n several: lines\n */\ninsert_job: A',
    'insert_job: A /* over\nmachine: m1 */',
    '/* a */b */ insert_job: A',
    '# an unclosed " quote and /* comment\ninsert_job: A',
    '/* an unclosed " quote */\ninsert_job: A',
  ])('ignores those of %j', (text) => {
    expect(read(text)).toMatchObject({
      script: { statements: [{ object: 'A', attributes: [] }] },
      problems: [],
    });
  });

  test('reports a comment that is not closed, at its start', () => {
    expect(problemsOf('insert_job: A\nmachine: m1 /* to be\ncommand: x*/y')).toEqual([
      'jobs.jil:2:13: expected "*/" to close the comment, found none; a space or the end of the line must follow it',
    ]);
  });
});

describe('problems', () => {
  test.for([
    [
      'insert_job: )',
      'jobs.jil:1:13: expected a job name, found ")" (allowed: letters, digits and . _ # - @ :)',
    ],
    ['insert_job:', 'jobs.jil:1:1: expected a job name after insert_job:, found nothing'],
    [
      'insert_job: two words',
      'jobs.jil:1:13: expected a job name, found "two words" (allowed: letters, digits and . _ # - @ :)',
    ],
    [
      'delete_box: a/b',
      'jobs.jil:1:13: expected a job name, found "a/b" (allowed: letters, digits and . _ # - @ :)',
    ],
    [
      'insert_machine: a b',
      'jobs.jil:1:17: expected a machine name, found "a b" (allowed: letters, digits and . _ -)',
    ],
    [
      'insert_xinst: prod',
      'jobs.jil:1:15: expected an AutoSys instance, found 4 characters, "prod…" (allowed: at most 3 characters)',
    ],
    ['insert_resource:', 'jobs.jil:1:1: expected a name after insert_resource:, found nothing'],
    [
      'insert_jop: A',
      'jobs.jil:1:1: expected a subcommand of jil, found "insert_jop"; did you mean insert_job?',
    ],
    [
      'inserd_job: A',
      'jobs.jil:1:1: expected a subcommand of jil, found "inserd_job"; did you mean insert_job?',
    ],
    [
      'delete_everything: A',
      'jobs.jil:1:1: expected a subcommand of jil, found "delete_everything"',
    ],
    [
      'machine: m1\ncommand: x',
      'jobs.jil:1:1: expected a subcommand such as insert_job first, found "machine"',
    ],
    [
      'insert_job: A\nwhat is this',
      'jobs.jil:2:1: expected "attribute: value" or a comment, found "what is this"',
    ],
    [
      'what is this',
      'jobs.jil:1:1: expected "attribute: value" or a comment, found "what is this"',
    ],
    [
      'insert_job: A\ncommand: say "hello',
      'jobs.jil:2:10: expected the closing double quote, found the end of say "hello',
    ],
    [
      `insert_job: A\ncommand: "${'x'.repeat(50)}`,
      `jobs.jil:2:10: expected the closing double quote, found the end of "${'x'.repeat(38)}…`,
    ],
    ['insert_job: "A', 'jobs.jil:1:13: expected the closing double quote, found the end of "A'],
  ] as const)('rejects %j', ([text, problem]) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test('are reported for every statement, and valid statements are kept', () => {
    const text = [
      'insert_job: A   job_type: CMD',
      'command: "open',
      '',
      'insert_job: )   job_type: CMD',
      'machine: m1',
      'nonsense after an invalid statement',
      'insert_job: B   job_type: CMD',
      'machine: m1',
      'updat_job: C',
    ].join('\n');

    const { script } = read(text);

    expect(problemsOf(text)).toEqual([
      'jobs.jil:2:10: expected the closing double quote, found the end of "open',
      'jobs.jil:4:13: expected a job name, found ")" (allowed: letters, digits and . _ # - @ :)',
      'jobs.jil:9:1: expected a subcommand of jil, found "updat_job"; did you mean update_job?',
    ]);
    expect(script.statements.map(({ object }) => object)).toEqual(['A', 'B']);
  });

  test('are thrown by parseJil, all of them, each with a code frame', () => {
    const parse = () => parseJil(source('insert_job: )\nmachine: m1\ninsert_jop: A'));

    expect(parse).toThrow(JilSyntaxError);
    expect(parse).toThrow(
      [
        'jobs.jil:1:13: expected a job name, found ")" (allowed: letters, digits and . _ # - @ :)',
        '  1 | insert_job: )',
        '    |             ^',
        '',
        'jobs.jil:3:1: expected a subcommand of jil, found "insert_jop"; did you mean insert_job?',
        '  2 | machine: m1',
        '  3 | insert_jop: A',
        '    | ^^^^^^^^^^',
      ].join('\n'),
    );
  });

  test('do not exist in a valid text, which parseJil returns', () => {
    expect(parseJil(source('insert_job: A')).statements).toHaveLength(1);
  });
});

describe('warnings', () => {
  test.for([
    [
      'insert_job: A\nmachin: m1',
      ['jobs.jil:2:1: unknown attribute "machin"; it is kept; did you mean machine?'],
    ],
    ['insert_job: A\nsite_own: m1', ['jobs.jil:2:1: unknown attribute "site_own"; it is kept']],
    [
      'insert_job: A\ncommand: x\ncommand: y',
      ['jobs.jil:3:1: duplicate attribute command; the last one is used'],
    ],
    [
      'insert_job: A\nstart_times: 10:00',
      ['jobs.jil:2:16: unescaped colon in a value; write \\: or quote the whole value'],
    ],
    ['insert_job: A\nstart_times: "10:00"', []],
    ['insert_job: A\nj2ee_conn_user: agents\nj2ee_authentication_order: BASIC', []],
  ] as const)('of %j', ([text, warnings]) => {
    expect(warningsOf(text)).toEqual(warnings);
    expect(read(text).problems).toEqual([]);
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    ...['insert_job', 'update_job', 'job_type', 'machine', 'start_times', 'other', 'A', '"', '\\'],
    ...[
      ':',
      ': ',
      '\\:',
      ' ',
      '\n',
      '\r\n',
      '#',
      '/*',
      '*/',
      ' /* ',
      ' */ ',
      ',',
      '10:00',
      '(',
      'é',
    ],
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  );

  test('results in statements and problems within the text, without an exception', () => {
    holdsForAll(
      texts,
      (text) => {
        const { script, problems } = read(text);
        const spans = [
          ...problems,
          ...script.warnings,
          ...script.statements.flatMap(({ objectSpan, attributes, ...statement }) => [
            statement,
            objectSpan,
            ...attributes.flatMap(({ valueSpan, ...attribute }) => [attribute, valueSpan]),
          ]),
        ];
        for (const { start, end } of spans) {
          expect(0 <= start && start <= end && end <= text.length).toBe(true);
          expect(toPosition(source(text), start).line).toBeGreaterThan(0);
        }
      },
      2000,
    );
  });

  test('prints and reads back as the same statements', () => {
    holdsForAll(
      texts,
      (text) => {
        const { statements } = read(`insert_job: FIRST\n${text}`).script;
        const { script, problems } = read(printJil(statements));
        expect(problems).toEqual([]);
        expect(withoutPositions(script.statements)).toEqual(withoutPositions(statements));
      },
      2000,
    );
  });
});

test.for([
  { text: 'machine:\nm1', value: 'm1' },
  { text: 'machine: m1,\nm2', value: 'm1, m2' },
  { text: 'machine: m1\n""', value: 'm1' },
])(
  'a list that continues in the next line is joined by one blank, except to an empty line: $text',
  ({ text, value }) => {
    const { script, problems } = read(`insert_job: J\n${text}`);

    expect(problems).toEqual([]);
    expect(script.statements[0]?.attributes).toMatchObject([{ name: 'machine', value }]);
  },
);

test('of ten thousand invalid lines the first thousand are reported', () => {
  expect(read('what is this\n'.repeat(10_000)).problems).toHaveLength(1000);
});

test('a word of a thousand characters is shortened in the message', () => {
  const [warning] = warningsOf(`insert_job: A\n${'x'.repeat(1000)}: 1`);

  expect(warning?.length).toBeLessThan(120);
});
