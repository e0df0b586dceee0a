import { expect, test } from 'vitest';
import { expandVariables, reduceEnvironment } from '../../../emulator/executing/environment.ts';

const curly = (name: string) => `$\{${name}}`;

test.for([
  { text: '/out/$A', expanded: '/out/1' },
  { text: `/out/${curly('A')}x`, expanded: '/out/1x' },
  { text: '/out/$Ax', expanded: '/out/' },
  { text: '/out/$NONE.log', expanded: '/out/.log' },
  { text: '/out/$1$$', expanded: '/out/$1$$' },
  { text: `/out/${curly('A')}$B`, expanded: '/out/1two' },
  { text: '$constructor', expanded: '' },
])('$text becomes $expanded', ({ text, expanded }) => {
  expect(expandVariables(text, { A: '1', B: 'two' })).toBe(expanded);
});

test('only named variables of the host are inherited, and PATH has a default', () => {
  expect(reduceEnvironment({ HOME: '/home/x', AWS_SECRET_ACCESS_KEY: 's', TZ: undefined })).toEqual(
    {
      HOME: '/home/x',
      PATH: '/usr/local/bin:/usr/bin:/bin',
    },
  );
});
