// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of a template are what it is about
import { describe, expect, test } from 'vitest';
import { toPosition } from '../../autosys/source.ts';
import { aFile, read, routeFaults } from './files.ts';

/** The warnings of a whole file: `line:column message`. */
function warningsOf(text: string): readonly string[] {
  return read(text).warnings.map(({ start, message }) => {
    const { line, column } = toPosition({ name: 'bridge.yaml', text }, start);
    return `${line}:${column} ${message}`;
  });
}

const machine = 'from: { stateMachine: x }';

describe('an endpoint', () => {
  const toText = (endpoint: string) =>
    `instances:\n  ACE:\n    endpoints: ['${endpoint}']\n    secret: s\nroutes:\n  - { name: one, ${machine}, global: G }\n`;

  test.for([
    'https://localhost:9443',
    'https://LOCALHOST',
    'https://localhost.:9443/AEWS',
    'https://autosys.localhost',
    'https://127.0.0.1:9443',
    'https://127.1',
    'https://0.0.0.0',
  ])('that is the function itself causes a warning: %s', (endpoint) => {
    expect(warningsOf(toText(endpoint))).toEqual([
      expect.stringMatching(/^3:17 endpoint: found .*, which is the Lambda function itself/),
    ]);
  });

  test.for(['https://autosys:9443', 'https://autosys.:9443', 'https://AEWS01'])(
    'without a domain causes a warning: %s',
    (endpoint) => {
      expect(warningsOf(toText(endpoint))).toEqual([
        expect.stringMatching(/^3:17 endpoint: found the host name [a-z0-9]+ without a domain/),
      ]);
    },
  );

  test.for(['https://autosys.bank:9443', 'https://10.1.2.3:9443', 'https://localhost.bank'])(
    'that can be reached causes no warning: %s',
    (endpoint) => {
      expect(warningsOf(toText(endpoint))).toEqual([]);
    },
  );
});

describe('a # that cuts a value', () => {
  test.for([
    { line: 'global: { name: G, values: { FAILED: KO', rest: ' #1\n      } }' },
    { line: 'events: [{ on: FAILED, event: COMMENT, job: J, comment: run', rest: ' #3\n      }]' },
    {
      line: 'global: { name: G, values: { FAILED: KO',
      rest: ' # ${exitCode|0}\n      } }',
    },
    {
      line: 'global: { name: G, values: { FAILED: rates failed',
      rest: '  # 3 of 5\n      } }',
    },
    { line: 'job: J', rest: '\t#1' },
  ])('causes a warning at its position: $line', ({ line, rest }) => {
    const column = 5 + line.length + rest.indexOf('#');

    expect(warningsOf(aFile('to: ACE', machine, line + rest))).toEqual([
      expect.stringMatching(new RegExp(`^\\d+:${column} a # after a space begins a comment`)),
    ]);
  });

  test.for([
    'global: G # the rates',
    'global: "KO" #1',
    'job: fx#1',
    'global: { name: G, values: { FAILED: "KO #1" } }',
    "global: { name: G, values: { FAILED: 'rates failed' } } # 3 of 5",
    'global: G ## the rates',
    'global: # the rates\n      G',
  ])('causes no warning if it cuts no value: %s', (line) => {
    const text = aFile('to: ACE', machine, line.replace('"KO"', '"KO_"'));

    expect(warningsOf(text)).toEqual([]);
  });
});

describe('an output', () => {
  test.for([
    'global: { name: G, values: { SUCCEEDED: "${output.total}", FAILED: KO } }',
    'global: { name: "G_${output.day:10}", values: { SUCCEEDED: OK } }',
    'global: { name: "G_${output.day:10|none}", values: { SUCCEEDED: OK, FAILED: KO } }',
    'events: [{ on: [SUCCEEDED, FAILED], event: COMMENT, job: J, comment: "${output.total:9|none}" }]',
    'global: { name: G, values: { RUNNING: a, FAILED: b, TIMED_OUT: c, ABORTED: d, default: "${output.x}" } }',
  ])('is accepted on a status with output: %s', (line) => {
    expect(routeFaults(machine, line)).toEqual([]);
  });

  test.for([
    { line: 'global: { name: G, values: { FAILED: "${output.total}" } }', on: 'FAILED' },
    { line: 'global: { name: G, values: { RUNNING: "${output.x|none}" } }', on: 'RUNNING' },
    {
      line: 'global: { name: G, values: { default: "${output.x}" } }',
      on: 'RUNNING, FAILED, TIMED_OUT, ABORTED',
    },
    { line: 'global: "G_${output.day:10}"', on: 'RUNNING, FAILED, TIMED_OUT, ABORTED' },
    { line: 'job: "J_${output.day:10}"', on: 'RUNNING, FAILED, TIMED_OUT, ABORTED' },
    {
      line: 'events: [{ on: [SUCCEEDED, ABORTED], event: COMMENT, job: J, comment: "${output.x}" }]',
      on: 'ABORTED',
    },
    {
      line: 'events: [{ on: FAILED, event: SET_GLOBAL, globalVariable: G, value: "${output.x|none}" }]',
      on: 'FAILED',
    },
  ])('is rejected on a status without output: $line', ({ line, on }) => {
    expect(routeFaults(machine, line)).toEqual([
      expect.stringContaining(`only SUCCEEDED has an output, found it on ${on};`),
    ]);
  });
});

describe('a name with a field', () => {
  test.for([
    { line: 'global: "AWS_${stateMachine}"', expected: 'can have 84 characters' },
    { line: 'global: "AWS_${stateMachine:61}"', expected: 'can have 65 characters' },
    { line: 'job: "${executionName:40}_${stateMachine:40}"', expected: 'can have 81 characters' },
    {
      line: 'events: [{ on: FAILED, event: STARTJOB, job: "J_${executionName}" }]',
      expected: 'can have 82 characters',
    },
    {
      line: 'events: [{ on: FAILED, event: SET_GLOBAL, globalVariable: "${run}", value: x }]',
      expected: 'can have 80 characters',
    },
    {
      line: 'global: { name: "G_${output.day}", values: { SUCCEEDED: OK } }',
      expected: 'can have any length',
    },
    {
      line: `job: "J_\${mapLabel|${'x'.repeat(63)}}"`,
      expected: 'can have 65 characters',
    },
  ])('is rejected if it can exceed the limit of AutoSys: $line', ({ line, expected }) => {
    expect(routeFaults(machine, line)).toEqual([
      expect.stringContaining(`${expected}, allowed: at most 64`),
    ]);
  });

  test.for(['global: "AWS_${stateMachine:60}"', 'job: "${account}_${region}_${status}"'])(
    'is accepted if its longest text fits: %s',
    (line) => {
      expect(routeFaults(machine, line)).toEqual([]);
    },
  );
});
