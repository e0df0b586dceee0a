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
  ])('that is the function itself is warned about: %s', (endpoint) => {
    expect(warningsOf(toText(endpoint))).toEqual([
      expect.stringMatching(/^3:17 endpoint: found .*, which is the Lambda function itself/),
    ]);
  });

  test.for(['https://autosys:9443', 'https://autosys.:9443', 'https://AEWS01'])(
    'without a domain is warned about: %s',
    (endpoint) => {
      expect(warningsOf(toText(endpoint))).toEqual([
        expect.stringMatching(/^3:17 endpoint: found the host name [a-z0-9]+ without a domain/),
      ]);
    },
  );

  test.for(['https://autosys.bank:9443', 'https://10.1.2.3:9443', 'https://localhost.bank'])(
    'that may be reached is not: %s',
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
  ])('is warned about at its place: $line', ({ line, rest }) => {
    const column = 5 + line.length + rest.indexOf('#');

    expect(warningsOf(aFile('to: ACE', machine, line + rest))).toEqual([
      expect.stringMatching(new RegExp(`^\\d+:${column} a # after a blank begins a comment`)),
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
  ])('is not seen where it cuts none: %s', (line) => {
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
  ])('is read where there is one: %s', (line) => {
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
  ])('is refused where there is none: $line', ({ line, on }) => {
    expect(routeFaults(machine, line)).toEqual([
      expect.stringContaining(`only SUCCEEDED has an output, found it on ${on};`),
    ]);
  });
});

describe('a name with a field', () => {
  test.for([
    { line: 'global: "AWS_${stateMachine}"', says: 'it may come to 84 characters' },
    { line: 'global: "AWS_${stateMachine:61}"', says: 'it may come to 65 characters' },
    { line: 'job: "${executionName:40}_${stateMachine:40}"', says: 'it may come to 81 characters' },
    {
      line: 'events: [{ on: FAILED, event: STARTJOB, job: "J_${executionName}" }]',
      says: 'it may come to 82 characters',
    },
    {
      line: 'events: [{ on: FAILED, event: SET_GLOBAL, globalVariable: "${run}", value: x }]',
      says: 'it may come to 80 characters',
    },
    {
      line: 'global: { name: "G_${output.day}", values: { SUCCEEDED: OK } }',
      says: 'it may come to any length',
    },
    {
      line: `job: "J_\${mapLabel|${'x'.repeat(63)}}"`,
      says: 'it may come to 65 characters',
    },
  ])('is refused where it may pass the limit of AutoSys: $line', ({ line, says }) => {
    expect(routeFaults(machine, line)).toEqual([
      expect.stringContaining(`${says}, allowed: at most 64`),
    ]);
  });

  test.for(['global: "AWS_${stateMachine:60}"', 'job: "${account}_${region}_${status}"'])(
    'is read where it fits at its longest: %s',
    (line) => {
      expect(routeFaults(machine, line)).toEqual([]);
    },
  );
});
