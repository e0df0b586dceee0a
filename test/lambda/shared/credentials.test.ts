import { describe, expect, test } from 'vitest';
import { parseCredentials } from '../../../lambda/shared/credentials.ts';

describe('the text of a secret', () => {
  test('gives user and password, and leaves other keys alone', () => {
    const text = '{"username":"bridge","password":"pw","engine":"autosys"}';

    expect(parseCredentials('s', text)).toEqual({ username: 'bridge', password: 'pw' });
  });

  test.for([
    { text: 'pw-in-clear', found: 'a text that is not JSON' },
    { text: '["pw-in-clear"]', found: 'none or an empty one at: an object' },
    { text: '{"username":"bridge"}', found: 'none or an empty one at: password' },
    {
      text: '{"username":"","password":"pw-in-clear"}',
      found: 'none or an empty one at: username',
    },
    {
      text: '{"username":"bridge","password":["pw-in-clear"]}',
      found: 'none or an empty one at: password',
    },
  ])('is refused when it is $found, and not quoted', ({ text, found }) => {
    expect(() => parseCredentials('autosys/ACE', text)).toThrow(
      `secret autosys/ACE: expected JSON with the two texts username and password, found ${found}`,
    );
  });
});
