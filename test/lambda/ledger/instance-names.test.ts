import { expect, test } from 'vitest';
import {
  findUnknown,
  type InstanceNames,
  withFile,
} from '../../../lambda/ledger/instance-names.ts';

const names: InstanceNames = { format: 1, kind: 'instanceNames', used: [] };

test('a name that an earlier route file had is unknown, even if no function recorded it', () => {
  const before = withFile(names, ['BEE', 'ACE']);

  const after = withFile(before, ['ACE', 'CAT']);

  expect(before).toEqual({ ...names, inFile: ['ACE', 'BEE'] });
  expect(after).toEqual({ ...names, used: ['ACE', 'BEE'], inFile: ['ACE', 'CAT'] });
  expect(findUnknown(after, ['ACE', 'CAT'])).toEqual(['BEE']);
  expect(withFile(after, ['CAT', 'ACE'])).toBe(after);
});
