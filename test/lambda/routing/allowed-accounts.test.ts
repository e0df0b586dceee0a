import { expect, test } from 'vitest';
import { createAllowedAccounts } from '../../../lambda/routing/allowed-accounts.ts';

test.for([
  { account: '111122223333', what: 'the own account', allowed: true },
  { account: '444455556666', what: 'a named account', allowed: true },
  { account: '999988887777', what: 'another account', allowed: false },
  { account: '', what: 'no account', allowed: false },
])('events of $what are allowed: $allowed', ({ account, allowed }) => {
  const isAllowed = createAllowedAccounts({ accounts: ['444455556666'] }, '111122223333');

  expect(isAllowed(account)).toBe(allowed);
});
