// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of a template are what it is about
import { describe, expect, test } from 'vitest';
import { aFile, faultsOf, read, toLines } from './files.ts';

const head = 'instances: { ACE: { endpoints: [https://a], secret: s } }\n';

describe('anchors and merge keys', () => {
  test('can be used, also under keys that begin with x-', () => {
    const { config } = read(`x-usual: &usual
  from: &from { stateMachine: settlement, account: "111122223333" }
  global: { name: G, values: { FAILED: KO } }
${head}routes:
  - <<: *usual
    name: one
  - <<: [{ global: H }, *usual]
    name: two
    from: { <<: *from, region: eu-west-1 }
`);

    const [one, two] = config.routes;
    expect(one?.from).toMatchObject({ accounts: ['111122223333'] });
    expect(two?.from).toMatchObject({ accounts: ['111122223333'], regions: ['eu-west-1'] });
    expect(one && toLines(one)).toEqual(['FAILED SET_GLOBAL globalVariable=G value=KO']);
    expect(two && toLines(two)).toContain('ABORTED SET_GLOBAL globalVariable=H value=ABORTED');
  });

  test('report a fault at the position of the anchor', () => {
    const text = `${head}routes:
  - { name: one, from: &from { stateMachine: a? }, global: G }
  - { name: two, from: *from, global: G }
`;

    expect(faultsOf(text).map((fault) => fault.split(' ')[0])).toEqual(['3:46']);
  });

  test.for([
    {
      text: 'a: *missing\n',
      expected: '1:4 undefined alias *missing; define the anchor &missing above it',
    },
    { text: 'a: &a [*a]\n', expected: '1:7 the value contains itself; remove the alias' },
    {
      text: 'a: { <<: 7 }\n',
      expected: '1:10 invalid value of <<; allowed: a mapping, or a list of mappings',
    },
    {
      text: 'a: { <<: [{ b: 1 }, 7] }\n',
      expected: '1:21 invalid value of <<; allowed: a mapping, or a list of mappings',
    },
  ])('are rejected as $text', ({ text, expected }) => {
    expect(faultsOf(text)).toContain(expected);
  });

  test('use the nearest anchor above, if a name is defined twice', () => {
    const text = `${head}routes:
  - { name: one, from: { stateMachine: &x first }, global: *x }
  - { name: two, from: { stateMachine: &x second }, global: *x }
`;

    expect(read(text).config.routes.map((route) => toLines(route)[0])).toEqual([
      'RUNNING SET_GLOBAL globalVariable=first value=RUNNING',
      'RUNNING SET_GLOBAL globalVariable=second value=RUNNING',
    ]);
  });

  test('are rejected if they expand to millions of values', () => {
    const levels = Array.from({ length: 9 }, (_, at) =>
      at === 0
        ? 'x-0: &l0 [a]'
        : `x-${at}: &l${at} [${Array(10)
            .fill(`*l${at - 1}`)
            .join(', ')}]`,
    );

    expect(faultsOf(`${levels.join('\n')}\n`)).toContainEqual(
      expect.stringMatching(/the aliases expand to too many values; allowed: fewer than 200000$/),
    );
  });

  test('are rejected if they are nested too deeply', () => {
    expect(faultsOf(`a: ${'['.repeat(60)}${']'.repeat(60)}\n`)).toContainEqual(
      expect.stringMatching(/^1:\d+ nested too deeply; allowed: 50 levels$/),
    );
  });
});

describe('invalid YAML', () => {
  test.for([
    {
      text: 'a: [1, 2\n',
      expected: [
        '2:1 invalid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
      ],
    },
    { text: 'a: "x\n', expected: ['2:1 invalid YAML: Missing closing "quote'] },
    { text: 'a:\n\tb: 1\n', expected: ['2:1 invalid YAML: Tabs are not allowed as indentation'] },
    {
      text: `${head}---\nroutes: []\n`,
      expected: [
        '2:1 invalid YAML: Source contains multiple documents; please use YAML.parseAllDocuments()',
      ],
    },
  ])('is rejected at its position without further faults: $text', ({ text, expected }) => {
    expect(faultsOf(text)).toEqual(expected);
  });

  test.for([
    { text: 'a: !env HOME\n', expected: '1:4 Unresolved tag: !env; allowed: values without a tag' },
    {
      text: 'a: !!binary aGk=\n',
      expected: '1:4 Unresolved tag: tag:yaml.org,2002:binary; allowed: values without a tag',
    },
    { text: '? [a]\n: b\n', expected: '1:3 invalid key; allowed: a text' },
    { text: ': b\n', expected: '1:1 invalid key; allowed: a text' },
    { text: '__proto__: {}\n', expected: '1:1 invalid key; allowed: a text' },
  ])('is rejected together with other faults: $text', ({ text, expected }) => {
    expect(faultsOf(text)).toContain(expected);
  });

  test('with a duplicate key does not hide other faults', () => {
    const text = aFile('to: ACE', 'from: { stateMachine: x }', 'global: A B', 'to: ACX');

    expect(faultsOf(text)).toEqual([
      '8:13 global variable name: found "A B", allowed: letters, digits and . _ -',
      '9:5 duplicate key; remove one',
      '9:9 to: unknown instance "ACX"; did you mean ACE?; allowed: ACE, PRD',
    ]);
  });
});

describe('the position of a fault within a text', () => {
  const from = 'from: { stateMachine: x }';

  test.for([
    { how: 'plain', line: 'job: a${b}', position: '8:11' },
    {
      how: 'in double quotes',
      line: 'global: { name: G, values: { FAILED: "a${b}" } }',
      position: '8:44',
    },
    {
      how: 'in single quotes',
      line: "global: { name: G, values: { FAILED: 'a${b}' } }",
      position: '8:44',
    },
    {
      how: 'with an escape, it is the whole text',
      line: 'global: { name: G, values: { FAILED: "\\x41${b}" } }',
      position: '8:42',
    },
  ])('is exact: $how', ({ line, position }) => {
    expect(faultsOf(aFile('to: ACE', from, line)).map((fault) => fault.split(' ')[0])).toEqual([
      position,
    ]);
  });

  test('is the beginning of a text of several lines', () => {
    const text = aFile(
      'to: ACE',
      from,
      'global:',
      '  name: G',
      '  values:',
      '    FAILED: >-',
      '      a',
      '      ${b}',
    );

    expect(faultsOf(text).map((fault) => fault.split(' ')[0])).toEqual(['11:17']);
  });

  test('is the key or the quotes of an empty text', () => {
    expect(faultsOf(aFile('to: ACE', from, 'global: ""')).map((f) => f.split(' ')[0])).toEqual([
      '8:13',
    ]);
    expect(faultsOf(aFile('to: ACE', from, 'global:')).map((f) => f.split(' ')[0])).toEqual([
      '8:5',
    ]);
  });
});
