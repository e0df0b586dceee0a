import { expect, test } from 'vitest';
import { LazyListFormat } from '../../../infra/bundle-stubs/lazy-list-format.ts';

test.for([[], ['a number'], ['a number', 'a string'], ['a number', 'a string', 'null']] as const)(
  'words %j as the platform does',
  (items) => {
    const options = { style: 'long', type: 'disjunction' } as const;

    const lazy = new LazyListFormat('en', options);

    expect(lazy.format(items)).toBe(new Intl.ListFormat('en', options).format(items));
  },
);
