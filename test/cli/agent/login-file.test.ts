import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { AgentError } from '../../../cli/agent/agent-error.ts';
import { openLogin } from '../../../cli/agent/login-file.ts';
import { createProcessIo } from '../../../cli/agent/process-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'login-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { readLoginFile, userId } = createProcessIo({ prefix: '', version: '', env: {} });

/** Opens a login file in memory. */
function openText(text: string, { mode = 0o100600, owner = 7, user = 7 } = {}) {
  return openLogin({ readLoginFile: () => ({ text, mode, owner }), userId: user }, 'login.json');
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the content of a login file', () => {
  test.for([
    { text: '{"username": "agent", "password": "pa:ss wörd"}', header: basic('agent:pa:ss wörd') },
    { text: 'username=agent\npassword=a=b \n', header: basic('agent:a=b ') },
    { text: '# of the agents\r\nusername=agent\r\npassword=x\r\n', header: basic('agent:x') },
    { text: '\uFEFF{"token": "abc.DEF-1_2~3+4/5=="}', header: 'Bearer abc.DEF-1_2~3+4/5==' },
    { text: 'token=abc', header: 'Bearer abc' },
  ])('is read: $header', ({ text, header }) => {
    expect(openText(text).header()).toBe(header);
  });

  test.for([
    '',
    'hunter2',
    '{"username": "agent", "passwrd": "hunter2"}',
    '{"username": "agent", "password": ""}',
    '{"username": "a:b", "password": "hunter2"}',
    '{"username": "agent", "password": "hunter2\\n"}',
    '{"username": "agent", "password": "hunter2", "token": "hunter2"}',
    '{"token": "hunter2 x"}',
    '{"username": "agent", "password": "hunter2"',
    'username=agent\npassword=hunter2\npassword=hunter2',
    'username=agent\nhunter2',
  ])('is refused and not printed: %j', (text) => {
    const open = () => openText(text);

    expect(open).toThrow('login file login.json: expected {"username": …');
    expect(open).not.toThrow('hunter2');
  });
});

describe('the permissions of a login file', () => {
  test.for([0o600, 0o400, 0o700])('may be %i', (mode) => {
    expect(openText('token=abc', { mode }).header()).toBe('Bearer abc');
  });

  test.for([0o640, 0o604, 0o644, 0o620, 0o602, 0o660, 0o601])('may not be %i', (mode) => {
    const open = () => openText('token=abc', { mode: 0o100000 | mode });

    expect(open).toThrow(`mode 0${mode.toString(8)}`);
    expect(open).toThrow('allowed: 0600 or 0400');
  });

  test('may belong to root', () => {
    expect(openText('token=abc', { owner: 0 }).header()).toBe('Bearer abc');
  });

  test('may not belong to another user', () => {
    expect(() => openText('token=abc', { owner: 8 })).toThrow(
      'it belongs to user 8, allowed: user 7',
    );
  });

  test('are those of the file that a symbolic link leads to', () => {
    const target = join(folder, 'target');
    writeFileSync(target, 'token=abc');
    chmodSync(target, 0o644);
    symlinkSync(target, join(folder, 'link'));
    const open = () => openLogin({ readLoginFile, userId }, join(folder, 'link'));

    expect(open).toThrow('mode 0644');
    chmodSync(target, 0o600);
    expect(open().header()).toBe('Bearer abc');
  });

  test('of a missing file are reported with 77', () => {
    const open = () => openLogin({ readLoginFile, userId }, join(folder, 'none'));

    expect(open).toThrow(AgentError);
    expect(open).toThrow('cannot be read: no such file');
    expect(open).toThrow(expect.objectContaining({ exit: 77 }));
  });
});

describe('a rejected login', () => {
  test('is replaced if the file has another one', () => {
    const file = { text: 'token=old', mode: 0o600, owner: 7 };
    const login = openLogin({ readLoginFile: () => file, userId: 7 }, 'login');

    const before = login.reload('Bearer old');
    file.text = 'token=new';
    const after = login.reload('Bearer old');

    expect({ before, after, header: login.header() }).toEqual({
      before: false,
      after: true,
      header: 'Bearer new',
    });
  });

  test('is not used again if the file returns to it', () => {
    const file = { text: 'token=old', mode: 0o600, owner: 7 };
    const login = openLogin({ readLoginFile: () => file, userId: 7 }, 'login');
    login.reload('Bearer old');
    file.text = 'token=new';
    login.reload('Bearer old');
    file.text = 'token=old';

    expect(login.reload('Bearer new')).toBe(false);
  });
});
