import { expect, test } from 'vitest';
import { negotiate } from '../../emulator/negotiate.ts';

test.for([
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['*', 'application/json'],
  ['application/*', 'application/json'],
  ['application/json', 'application/json'],
  ['Application/JSON;charset=UTF-8', 'application/json'],
  ['application/xml', 'application/xml'],
  ['text/xml', 'application/xml'],
  ['text/html, image/gif, *; q=.2, */*; q=.2', 'application/json'],
  ['application/json;q=0.5, application/xml;q=0.8', 'application/xml'],
  ['application/json;q=0, */*', 'application/xml'],
  ['text/html,application/xml;q=0.9,*/*;q=0.8', 'application/xml'],
  ['text/plain', undefined],
  ['application/json;q=0', undefined],
] as const)('Accept %j picks %s of JSON and XML', ([accept, picked]) => {
  expect(negotiate(accept, ['application/json', 'application/xml'])).toBe(picked);
});
