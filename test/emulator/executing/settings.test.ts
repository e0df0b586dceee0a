import { describe, expect, test } from 'vitest';
import {
  type ExecuteOptions,
  isLoopbackHost,
  parseExecuteOptions,
  readSignalList,
  startEmulator,
} from '../../../emulator/index.ts';

const machines = ['agent-1'];

describe('parseExecuteOptions', () => {
  test('has the signals 2 and 9 to the group, five seconds apart, as defaults', () => {
    expect(parseExecuteOptions({ machines })).toEqual({
      machines: new Set(machines),
      shell: '/bin/sh',
      workingDirectory: process.cwd(),
      environment: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      killMethod: { kind: 'signals', signals: [2, 9], intervalMs: 5000, target: 'group' },
    });
  });

  test('uses each option', () => {
    const options: Required<ExecuteOptions> = {
      machines: ['a', 'b'],
      shell: '/bin/dash',
      workingDirectory: '/tmp',
      hostEnvironment: { PATH: '/bin', HOME: '/h', SECRET: 's' },
      environment: { HOME: '/other', X: '1' },
      killSignals: [15],
      killIntervalMs: 0,
      killTarget: 'shell',
    };

    expect(parseExecuteOptions(options)).toEqual({
      machines: new Set(['a', 'b']),
      shell: '/bin/dash',
      workingDirectory: '/tmp',
      environment: { PATH: '/bin', HOME: '/other', X: '1' },
      killMethod: { kind: 'signals', signals: [15], intervalMs: 0, target: 'shell' },
    });
    expect(parseExecuteOptions({ machines, killSignals: 'terminate' }).killMethod).toEqual({
      kind: 'terminate',
    });
  });

  test.for<{ readonly options: Partial<ExecuteOptions>; readonly says: string }>([
    { options: { machines: [] }, says: 'execute: machines: expected at least one machine' },
    { options: { machines: ['a b'] }, says: 'execute: machines: machine name' },
    { options: { shell: '' }, says: 'execute: shell: expected a path' },
    { options: { environment: { 'A=B': '' } }, says: 'execute: environment: found "A=B"' },
    { options: { environment: { AUTORUN: '1' } }, says: 'found "AUTORUN", which the agent sets' },
    { options: { environment: { A: 'x\0secret' } }, says: 'found "A" with a NUL character' },
    { options: { killSignals: [] }, says: 'killSignals: found []' },
    {
      options: { killSignals: [0] },
      says: 'killSignals: found [0], expected numbers from 1 to 64',
    },
    { options: { killSignals: [65] }, says: 'killSignals: found [65]' },
    { options: { killSignals: [1.5] }, says: 'killSignals: found [1.5]' },
    { options: { killIntervalMs: -1 }, says: 'killIntervalMs: found -1' },
    {
      options: { killSignals: 'terminate', killTarget: 'group' },
      says: 'killSignals terminate: not allowed with killTarget',
    },
  ])('rejects $options', ({ options, says }) => {
    expect(() => parseExecuteOptions({ machines, ...options })).toThrow(says);
  });

  test('names every fault, without values of variables', () => {
    const parse = () =>
      parseExecuteOptions({ machines: [], environment: { AUTOSERV: 'hidden' }, killSignals: [] });

    expect(parse).toThrow(/^(?:execute: .*\n){2}execute: .*$/);
    expect(parse).not.toThrow(/hidden/);
  });
});

test.for([
  { text: '9', signals: [9] },
  { text: '2,9', signals: [2, 9] },
  { text: '64', signals: [64] },
  { text: 'SIGTERM,KILL', signals: [15, 9] },
  { text: '0', signals: undefined },
  { text: '65', signals: undefined },
  { text: '9,', signals: undefined },
  { text: 'NONE', signals: undefined },
  { text: 'SIGconstructor', signals: undefined },
])('the signals "$text" are $signals', ({ text, signals }) => {
  expect(readSignalList(text)).toEqual(signals);
});

test.for([
  { host: 'localhost', loopback: true },
  { host: '127.0.0.1', loopback: true },
  { host: '127.9.9.9', loopback: true },
  { host: '::1', loopback: true },
  { host: '127.example.com', loopback: false },
  { host: '0.0.0.0', loopback: false },
  { host: '::', loopback: false },
  { host: '192.168.1.1', loopback: false },
  { host: '', loopback: false },
])('the host "$host" is loopback: $loopback', ({ host, loopback }) => {
  expect(isLoopbackHost(host)).toBe(loopback);
});

describe('startEmulator', () => {
  test('rejects executed commands behind an address that other hosts can reach', async () => {
    await expect(startEmulator({ host: '0.0.0.0', execute: { machines } })).rejects.toThrow(
      'execute: found the host "0.0.0.0", allowed only on loopback',
    );
  });

  test('rejects invalid settings of executed commands', async () => {
    await expect(startEmulator({ execute: { machines: [] } })).rejects.toThrow(
      'execute: machines: expected at least one machine',
    );
  });
});
