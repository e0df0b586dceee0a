import { expect, test } from 'vitest';
import {
  findUnknown,
  type InstanceNames,
  withFile,
  withUsed,
} from '../../../lambda/ledger/instance-names.ts';

const names: InstanceNames = { format: 1, kind: 'instanceNames', used: [] };

test('the names of the route file are replaced, and the used names are kept', () => {
  const used = withUsed(withUsed(names, 'BEE'), 'ACE');

  const after = withFile(withFile(used, ['BEE', 'ACE']), ['CAT', 'ACE']);

  expect(after).toEqual({ ...names, used: ['ACE', 'BEE'], inFile: ['ACE', 'CAT'] });
  expect(findUnknown(after, ['CAT', 'ACE'])).toEqual(['BEE']);
  expect(withUsed(after, 'BEE')).toBe(after);
  expect(withFile(after, ['CAT', 'ACE'])).toBe(after);
});
