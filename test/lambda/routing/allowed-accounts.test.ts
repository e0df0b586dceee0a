import { expect, test } from 'vitest';
import { createAllowedAccounts } from '../../../lambda/routing/allowed-accounts.ts';

test.for([
  { account: '111122223333', who: 'the own account', admitted: true },
  { account: '444455556666', who: 'a named account', admitted: true },
  { account: '999988887777', who: 'anybody else', admitted: false },
  { account: '', who: 'nobody', admitted: false },
])('lets $who speak: $admitted', ({ account, admitted }) => {
  const isAllowed = createAllowedAccounts({ accounts: ['444455556666'] }, '111122223333');

  expect(isAllowed(account)).toBe(admitted);
});
