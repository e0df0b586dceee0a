// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of a template are what it is about
import { describe, expect, test } from 'vitest';
import { aFile, faultsOf, read, toLines } from './files.ts';

const head = 'instances: { ACE: { endpoints: [https://a], secret: s } }\n';

describe('anchors and merge keys', () => {
  test('may be used, also under keys that begin with x-', () => {
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

  test('point at what was written, where it was written', () => {
    const text = `${head}routes:
  - { name: one, from: &from { stateMachine: a? }, global: G }
  - { name: two, from: *from, global: G }
`;

    expect(faultsOf(text).map((fault) => fault.split(' ')[0])).toEqual(['3:46']);
  });

  test.for([
    { text: 'a: *nobody\n', says: '1:4 no anchor &nobody stands above this alias' },
    { text: 'a: &a [*a]\n', says: '1:7 this stands within itself' },
    { text: 'a: { <<: 7 }\n', says: '1:10 << merges mappings only' },
    { text: 'a: { <<: [{ b: 1 }, 7] }\n', says: '1:21 << merges mappings only' },
  ])('are refused as $text', ({ text, says }) => {
    expect(faultsOf(text)).toContain(says);
  });

  test('take the anchor that stands above, where a name is used twice', () => {
    const text = `${head}routes:
  - { name: one, from: { stateMachine: &x first }, global: *x }
  - { name: two, from: { stateMachine: &x second }, global: *x }
`;

    expect(read(text).config.routes.map((route) => toLines(route)[0])).toEqual([
      'RUNNING SET_GLOBAL globalVariable=first value=RUNNING',
      'RUNNING SET_GLOBAL globalVariable=second value=RUNNING',
    ]);
  });

  test('are refused where they unfold to millions', () => {
    const levels = Array.from({ length: 9 }, (_, at) =>
      at === 0
        ? 'x-0: &l0 [a]'
        : `x-${at}: &l${at} [${Array(10)
            .fill(`*l${at - 1}`)
            .join(', ')}]`,
    );

    expect(faultsOf(`${levels.join('\n')}\n`)).toContainEqual(
      expect.stringMatching(/the aliases unfold to too much$/),
    );
  });

  test('are refused where they nest without end', () => {
    expect(faultsOf(`a: ${'['.repeat(60)}${']'.repeat(60)}\n`)).toContainEqual(
      expect.stringMatching(/^1:\d+ nested deeper than 50$/),
    );
  });
});

describe('YAML that does not read', () => {
  test.for([
    {
      text: 'a: [1, 2\n',
      says: [
        '2:1 not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
      ],
    },
    { text: 'a: "x\n', says: ['2:1 not YAML: Missing closing "quote'] },
    { text: 'a:\n\tb: 1\n', says: ['2:1 not YAML: Tabs are not allowed as indentation'] },
    {
      text: `${head}---\nroutes: []\n`,
      says: [
        '2:1 not YAML: Source contains multiple documents; please use YAML.parseAllDocuments()',
      ],
    },
  ])('is refused at its place and nothing more is said: $text', ({ text, says }) => {
    expect(faultsOf(text)).toEqual(says);
  });

  test.for([
    { text: 'a: !env HOME\n', says: '1:4 Unresolved tag: !env; allowed: values without a tag' },
    {
      text: 'a: !!binary aGk=\n',
      says: '1:4 Unresolved tag: tag:yaml.org,2002:binary; allowed: values without a tag',
    },
    { text: '? [a]\n: b\n', says: '1:3 this cannot be a key; allowed: a text' },
    { text: ': b\n', says: '1:1 this cannot be a key; allowed: a text' },
    { text: '__proto__: {}\n', says: '1:1 this cannot be a key; allowed: a text' },
  ])('is refused beside everything else: $text', ({ text, says }) => {
    expect(faultsOf(text)).toContain(says);
  });

  test('has a key twice, which does not hide what else is wrong', () => {
    const text = aFile('to: ACE', 'from: { stateMachine: x }', 'global: A B', 'to: ACX');

    expect(faultsOf(text)).toEqual([
      '8:13 global variable name: found "A B", allowed: letters, digits and . _ -',
      '9:5 this key stands here for the second time; keep one of them',
      '9:9 to: there is no instance "ACX"; did you mean ACE?; allowed: ACE, PRD',
    ]);
  });
});

describe('the place of a fault within a text', () => {
  const from = 'from: { stateMachine: x }';

  test.for([
    { how: 'plain', line: 'job: a${b}', place: '8:11' },
    {
      how: 'in double quotes',
      line: 'global: { name: G, values: { FAILED: "a${b}" } }',
      place: '8:44',
    },
    {
      how: 'in single quotes',
      line: "global: { name: G, values: { FAILED: 'a${b}' } }",
      place: '8:44',
    },
    {
      how: 'with an escape, so the whole text',
      line: 'global: { name: G, values: { FAILED: "\\x41${b}" } }',
      place: '8:42',
    },
  ])('is exact: $how', ({ line, place }) => {
    expect(faultsOf(aFile('to: ACE', from, line)).map((fault) => fault.split(' ')[0])).toEqual([
      place,
    ]);
  });

  test('of several lines is where it begins', () => {
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

  test('that is empty is its key or its quotes', () => {
    expect(faultsOf(aFile('to: ACE', from, 'global: ""')).map((f) => f.split(' ')[0])).toEqual([
      '8:13',
    ]);
    expect(faultsOf(aFile('to: ACE', from, 'global:')).map((f) => f.split(' ')[0])).toEqual([
      '8:5',
    ]);
  });
});
