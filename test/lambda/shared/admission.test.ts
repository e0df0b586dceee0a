import { expect, test } from 'vitest';
import { createAdmission } from '../../../lambda/shared/admission.ts';

test.for([
  { account: '111122223333', who: 'the own account', admitted: true },
  { account: '444455556666', who: 'a named account', admitted: true },
  { account: '999988887777', who: 'anybody else', admitted: false },
  { account: '', who: 'nobody', admitted: false },
])('lets $who speak: $admitted', ({ account, admitted }) => {
  const isAdmitted = createAdmission({ accounts: ['444455556666'] }, '111122223333');

  expect(isAdmitted(account)).toBe(admitted);
});
