import { describe, expect, test } from 'vitest';
import type { AgentIo } from '../../../cli/agent/agent-io.ts';
import { createProcessIo } from '../../../cli/agent/process-io.ts';
import { readAgentSettings } from '../../../cli/agent/settings.ts';

const url = 'https://id.execute-api.eu-west-1.amazonaws.com/v';

function ioOf(env: Readonly<Record<string, string>>): AgentIo {
  return {
    ...createProcessIo({ prefix: 'autosys-bridge', version: '1', env }),
    userId: 7,
    readLoginFile: (path) => ({ text: `token=${path}`, mode: 0o600, owner: 7 }),
    readFile: (path) => Buffer.from(path === 'ca.pem' ? '-----BEGIN CERTIFICATE-----' : 'text'),
  };
}
const read = (
  options: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
) => readAgentSettings(options, ioOf(env), []);

describe('the settings', () => {
  test('come from the environment', () => {
    const settings = read(
      {},
      {
        AUTOSYS_BRIDGE_URL: `${url}/`,
        AUTOSYS_BRIDGE_LOGIN_FILE: 'env',
        AUTOSYS_BRIDGE_CA: 'ca.pem',
      },
    );

    expect(settings.url.href).toBe(url);
    expect(settings.login.header()).toBe('Bearer env');
    expect(settings.certificates).toBe('-----BEGIN CERTIFICATE-----');
  });

  test('come from the options first', () => {
    const settings = read(
      { url, 'login-file': 'option' },
      { AUTOSYS_BRIDGE_URL: 'https://other.example', AUTOSYS_BRIDGE_LOGIN_FILE: 'env' },
    );

    expect(settings.url.href).toBe(url);
    expect(settings.login.header()).toBe('Bearer option');
    expect(settings.certificates).toBeUndefined();
  });

  test('are missing all at once, besides faults of the caller', () => {
    expect(() => readAgentSettings({}, ioOf({ AUTOSYS_BRIDGE_URL: '' }), ['--x: wrong'])).toThrow(
      expect.objectContaining({
        exit: 64,
        lines: [
          'error: --x: wrong',
          expect.stringContaining('--url: missing, and $AUTOSYS_BRIDGE_URL is not set'),
          expect.stringContaining('--login-file: missing'),
        ],
      }),
    );
  });

  test.for([
    { text: 'http://localhost:1', says: 'found the scheme http' },
    { text: 'bridge.example', says: 'found text that is not a URL' },
    { text: 'https://me:hunter2@bridge.example', says: 'found a login in it; use --login-file' },
    { text: 'https://bridge.example/?token=hunter2', says: 'found a query or a fragment' },
  ])('refuse the URL $text without printing it', ({ text, says }) => {
    const act = () => read({ url: text, 'login-file': 'x' });

    expect(act).toThrow(says);
    expect(act).not.toThrow('hunter2');
  });

  test('refuse a CA file without a certificate', () => {
    expect(() => read({ url, 'login-file': 'x', ca: 'other.pem' })).toThrow('found no certificate');
  });
});

describe('the proxy', () => {
  const login = { url, 'login-file': 'x' };

  test.for([
    {
      env: { HTTPS_PROXY: 'http://proxy:3128' },
      variable: 'HTTPS_PROXY',
      href: 'http://proxy:3128/',
    },
    {
      env: { https_proxy: 'proxy:3128', HTTPS_PROXY: 'http://other' },
      variable: 'https_proxy',
      href: 'http://proxy:3128/',
    },
    { env: { HTTPS_PROXY: 'HTTPS://proxy' }, variable: 'HTTPS_PROXY', href: 'https://proxy/' },
  ])('is $href', ({ env, variable, href }) => {
    const { proxy } = read(login, env);

    expect({ variable: proxy?.variable, href: proxy?.url.href }).toEqual({ variable, href });
  });

  test.for([
    {},
    { HTTPS_PROXY: '' },
    { HTTP_PROXY: 'http://proxy:3128' },
    { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'localhost,.amazonaws.com' },
    { HTTPS_PROXY: 'http://proxy:3128', no_proxy: '*' },
    { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'id.execute-api.eu-west-1.amazonaws.com:443' },
  ])('is not used with %j', (env) => {
    expect(read(login, env).proxy).toBeUndefined();
  });

  test.for([
    'socks5://me:hunter2@proxy',
    'http://me:hunter2@[',
    'ftp://proxy',
    'http://me:hunter2%@proxy',
  ])('may not be %s', (text) => {
    const act = () => read(login, { HTTPS_PROXY: text });

    expect(act).toThrow('HTTPS_PROXY: expected an http or https URL');
    expect(act).not.toThrow('hunter2');
  });
});
