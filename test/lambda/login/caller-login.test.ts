import { describe, expect, test } from 'vitest';
import { parseCallerLogin } from '../../../lambda/login/caller-login.ts';

describe('the secret of a caller', () => {
  test.for([
    {
      text: '{"password":"päss word of some length"}',
      login: { password: 'päss word of some length' },
    },
    { text: '{"token":"a-b._~+/0123456789=="}', login: { token: 'a-b._~+/0123456789==' } },
    {
      text: '{"password":"pppppppppppppppp","token":"tttttttttttttttt","note":7}',
      login: { password: 'pppppppppppppppp', token: 'tttttttttttttttt' },
    },
  ])('is parsed from $text', ({ text, login }) => {
    expect(parseCallerLogin('agents', text)).toEqual(login);
  });

  test.for([
    { text: '', found: 'an empty text' },
    { text: 'hunter2', found: 'a text that is not JSON' },
    { text: '["hunter2"]', found: 'JSON that is not an object' },
    { text: '{"username":"hunter2"}', found: 'neither password nor token' },
    { text: '{"__proto__":{"password":"hunter2"}}', found: 'neither password nor token' },
    { text: '{"password":""}', found: 'an empty password' },
    {
      text: '{"password":"hunter2\\n"}',
      found: 'a password with a control character (U+000A) at its end',
    },
    {
      text: '{"password":7,"token":"hunter2 x"}',
      found:
        'a password that is not a text and a token with other characters than letters, digits and . _ ~ + / - =',
    },
    { text: '{"password":"hunter2"}', found: 'a password of 7 characters, allowed: 16 or more' },
    {
      text: '{"token":"=hunter2"}',
      found: 'a token with other characters than letters, digits and . _ ~ + / - =',
    },
  ])('is rejected with $found, and never quoted', ({ text, found }) => {
    expect(() => parseCallerLogin('agents', text)).toThrow(
      expect.objectContaining({
        code: 'BRIDGE_SECRET_SHAPE',
        message: `secret agents: expected JSON with the text password, or the text token, or both, found ${found}`,
      }),
    );
  });
});
