import { describe, expect, test } from 'vitest';
import { describeProblem, SourceError } from '../../autosys/source.ts';
import { RouteFileError, readRouteFile } from '../../route-file/index.ts';

const text = `instances:
  ACE: { endpoints: [https://a.example.com:9443], secret: autosys/ACE, ca: { secret: pki, key: pem } }
  PRD:
    endpoints: [https://b.example.com:9443] # password: hunter2
    secret: autosys/PRD
    ca: { secret: autosys/ca }
routes:
  - { name: one, to: ACE, from: { stateMachine: one }, global: ONE }
`;
const read = (given: string) =>
  readRouteFile({ name: 'bridge.yaml', text: given }, () => undefined);

/** What a broken file tells beside its faults. */
function secretsOfBroken(given: string) {
  try {
    read(given);
  } catch (error) {
    if (error instanceof RouteFileError) return error.secrets;
    throw error;
  }
  throw new Error('it reads');
}

describe('the secrets that a file names', () => {
  test('come with what they hold, for whom, and where they stand', () => {
    const { secrets } = read(text);

    expect(secrets.map(({ start, end, ...named }) => [text.slice(start, end), named])).toEqual([
      ['autosys/ACE', { instance: 'ACE', holds: 'login', secret: 'autosys/ACE' }],
      ['pki', { instance: 'ACE', holds: 'authorities', secret: 'pki', key: 'pem' }],
      ['autosys/PRD', { instance: 'PRD', holds: 'login', secret: 'autosys/PRD' }],
      ['autosys/ca', { instance: 'PRD', holds: 'authorities', secret: 'autosys/ca' }],
    ]);
  });

  test('are told of a file with other faults too', () => {
    const secrets = secretsOfBroken(text.replace('global: ONE', 'glbal: ONE'));

    expect(secrets.map(({ secret }) => secret)).toEqual([
      'autosys/ACE',
      'pki',
      'autosys/PRD',
      'autosys/ca',
    ]);
  });

  test.for([
    { what: 'is no YAML', given: `${text}"` },
    { what: 'has no mapping of instances', given: 'instances: [ACE]\n' },
    { what: 'has an instance that is none', given: 'instances: { ACE: autosys/ACE }\n' },
    {
      what: 'has what may be the secrets themselves',
      given:
        'instances: { ACE: { secret: "hunter2!", ca: { secret: { password: x } } }, PRD: { ca: { secret: pki, key: [x] } } }\n',
    },
  ])('are none where the file $what', ({ given }) => {
    expect(secretsOfBroken(given)).toEqual([]);
  });
});

test('the text of a file that reads is given back without the passwords in its comments', () => {
  const { source, secrets } = read(text);
  const problems = secrets.map((named) => ({ ...named, message: 'x' }));

  expect(source.text).toHaveLength(text.length);
  expect(new SourceError(source, problems).message).not.toContain('hunter2');
  expect(describeProblem(source, { start: 0, end: 1, message: 'x' })).toContain('instances:');
});
