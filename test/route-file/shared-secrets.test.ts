import { describe, expect, test } from 'vitest';
import { RouteFileError, readRouteFile } from '../../route-file/index.ts';
import { mayBeSame } from '../../route-file/shared-secrets.ts';

const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:';

function faultsOf(instances: readonly string[]): readonly string[] {
  const route = '  - { name: r, from: { stateMachine: s }, global: G, to: ACE }';
  const text = `instances:\n${instances.join('\n')}\nroutes:\n${route}\n`;
  try {
    readRouteFile({ name: 'bridge.yaml', text }, () => undefined);
    return [];
  } catch (error) {
    if (!(error instanceof RouteFileError)) throw error;
    return error.problems.map(({ message }) => message);
  }
}

const instance = (name: string, secret: string, more = '') =>
  `  ${name}: { endpoints: ['https://a:9443'], secret: '${secret}'${more} }`;

describe('instances that share a secret', () => {
  test.for([
    { secret: 'autosys/login' },
    { secret: `${arn}autosys/login` },
    { secret: `${arn}autosys/login-AbCd12` },
  ])(
    'are rejected with different requestsUnderWay, if the secret is given as $secret',
    ({ secret }) => {
      const first = instance('ACE', 'autosys/login', ', requestsUnderWay: 4');

      expect(faultsOf([first, instance('PRD', secret)])).toEqual([
        'requestsUnderWay: found 2 for PRD and 4 for ACE, which share a secret; allowed: the same number, because the limit applies to the secret',
      ]);
    },
  );

  test('are accepted with the same number', () => {
    const more = ', requestsUnderWay: 4';
    const both = [
      instance('ACE', 'autosys/login', more),
      instance('PRD', `${arn}autosys/login-AbCd12`, more),
    ];

    expect(faultsOf(both)).toEqual([]);
  });

  test('can differ from instances with another secret', () => {
    const both = [
      instance('ACE', 'autosys/login', ', requestsUnderWay: 4'),
      instance('PRD', 'autosys/other'),
    ];

    expect(faultsOf(both)).toEqual([]);
  });
});

test.for([
  { one: 'a', other: 'a', same: true },
  { one: 'a', other: 'b', same: false },
  { one: `${arn}a`, other: `${arn}a-123456`, same: true },
  { one: `${arn}a-123456`, other: `${arn}a-123456-abcdef`, same: true },
  { one: `${arn}a-123456`, other: `${arn}b-123456`, same: false },
  { one: `${arn}a`, other: `${arn.replace('eu-west-1', 'eu-west-2')}a`, same: false },
])('$one and $other may be one secret: $same', ({ one, other, same }) => {
  expect(mayBeSame(one, other)).toBe(same);
});
