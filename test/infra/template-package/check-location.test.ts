import { describe, expect, test } from 'vitest';
import { checkPackageLocation } from '../../../infra/template-package/check-location.ts';
import { readPackageSettings } from '../../../infra/template-package/package-settings.ts';
import { readRouteFile } from '../../../route-file/index.ts';

const text = `instances:
  ACE:
    endpoints: [https://autosys.example.com:9443]
    secret: arn:aws:secretsmanager:eu-west-1:111122223333:secret:autosys/ACE
routes:
  - name: settlement
    from: { stateMachine: settlement }
    global: AWS_SETTLEMENT
`;
const home = { account: '111122223333', region: 'eu-west-1' };

function check(
  stack: Parameters<typeof checkPackageLocation>[2],
  { more = '', ...given }: Readonly<Record<string, string>> & { readonly more?: string } = {},
) {
  const file = readRouteFile({ name: 'bridge.yaml', text: `${text}${more}` }, () => undefined);
  const settings = readPackageSettings(given, { config: 'bridge.yaml', inVpc: false });
  checkPackageLocation(file, settings, stack);
}

const otherKey = 'arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-0000-0000-0000-000000000000';

describe('the location of a package', () => {
  test.for([{}, home, { region: 'eu-west-1' }])('is accepted: %j', (stack) => {
    expect(() => check(stack)).not.toThrow();
  });

  test('is accepted with another account that the settings admit', () => {
    const more = 'accounts: ["444455556666"]\n';

    expect(() => check(home, { more, otherAccounts: '444455556666' })).not.toThrow();
    expect(() => check(home, { more, organizationId: 'o-a1b2c3d4e5' })).not.toThrow();
    expect(() => check({ ...home, account: '444455556666' }, { more })).not.toThrow();
  });

  test.for([
    {
      when: 'a secret in another Region',
      stack: { region: 'us-east-1' },
      says: 'bridge.yaml:4:13: found arn:aws:secretsmanager:eu-west-1:111122223333:secret:autosys/ACE, a secret in eu-west-1, but the functions read secrets in us-east-1',
    },
    {
      when: 'another partition',
      stack: { region: 'cn-north-1' },
      says: 'in the partition aws, but the stack is in cn-north-1',
    },
    {
      when: 'an account whose events cannot arrive',
      stack: home,
      given: { more: 'accounts: ["444455556666"]\n' },
      says: 'the route file names account 444455556666, but the stack is in 111122223333; allowed: ',
    },
    {
      when: 'a key in another Region',
      stack: home,
      given: { keyArn: otherKey },
      says: `setting keyArn: found ${otherKey} in us-east-1, allowed: one in eu-west-1`,
    },
  ])('is refused for $when', ({ stack, given, says }) => {
    expect(() => check(stack, given)).toThrow(says);
  });
});
