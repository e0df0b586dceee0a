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

/** The secrets that the error of an invalid file lists. */
function readSecretsOfInvalid(given: string) {
  try {
    read(given);
  } catch (error) {
    if (error instanceof RouteFileError) return error.secrets;
    throw error;
  }
  throw new Error('the file is valid');
}

describe('the secrets that a file names', () => {
  test('have content, instance and position', () => {
    const { secrets } = read(text);

    expect(secrets.map(({ start, end, ...named }) => [text.slice(start, end), named])).toEqual([
      ['autosys/ACE', { instance: 'ACE', holds: 'login', secret: 'autosys/ACE' }],
      ['pki', { instance: 'ACE', holds: 'authorities', secret: 'pki', key: 'pem' }],
      ['autosys/PRD', { instance: 'PRD', holds: 'login', secret: 'autosys/PRD' }],
      ['autosys/ca', { instance: 'PRD', holds: 'authorities', secret: 'autosys/ca' }],
    ]);
  });

  test('include those of callers', () => {
    const callers = `targets: { t: { stateMachine: t } }
callers: { agents: { secret: autosys/agents, targets: [t], jobs: ["*"] } }
`;
    const whole = text + callers;

    const { secrets, location } = read(whole);

    expect(
      secrets.slice(4).map(({ start, end, ...named }) => [whole.slice(start, end), named]),
    ).toEqual([
      ['autosys/agents', { caller: 'agents', holds: 'callerLogin', secret: 'autosys/agents' }],
    ]);
    expect(location).toEqual([]);
    const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:agents';
    expect(read(whole.replace('autosys/agents', `"${arn}"`)).location).toMatchObject([
      { use: 'secret', text: arn, region: 'eu-west-1' },
    ]);
  });

  test('are also reported for a file with other faults', () => {
    const secrets = readSecretsOfInvalid(text.replace('global: ONE', 'glbal: ONE'));

    expect(secrets.map(({ secret }) => secret)).toEqual([
      'autosys/ACE',
      'pki',
      'autosys/PRD',
      'autosys/ca',
    ]);
  });

  test.for([
    { what: 'is invalid YAML', given: `${text}"` },
    { what: 'has no mapping of instances', given: 'instances: [ACE]\n' },
    { what: 'has an instance that is not a mapping', given: 'instances: { ACE: autosys/ACE }\n' },
    {
      what: 'has values that may be the secrets themselves',
      given:
        'instances: { ACE: { secret: "hunter2!", ca: { secret: { password: x } } }, PRD: { ca: { secret: pki, key: [x] } } }\ncallers: { a: { secret: "hunter2!" }, b: x }\n',
    },
  ])('are an empty list if the file $what', ({ given }) => {
    expect(readSecretsOfInvalid(given)).toEqual([]);
  });
});

test('the source of a valid file has the passwords in its comments masked', () => {
  const { source, secrets } = read(text);
  const problems = secrets.map((named) => ({ ...named, message: 'x' }));

  expect(source.text).toHaveLength(text.length);
  expect(new SourceError(source, problems).message).not.toContain('hunter2');
  expect(describeProblem(source, { start: 0, end: 1, message: 'x' })).toContain('instances:');
});
