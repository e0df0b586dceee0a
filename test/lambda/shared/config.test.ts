import { describe, expect, test } from 'vitest';
import { readSettings } from '../../../lambda/shared/config.ts';

const config = { instances: [{ name: 'ACE' }], routes: [{ name: 'r', to: 'ACE' }] };

describe('readSettings', () => {
  test.for([
    {
      env: { LAMBDA_TASK_ROOT: '/var/task', LEDGER_TABLE: 'Ledger' },
      path: '/var/task/bridge.json',
    },
    {
      env: {
        LAMBDA_TASK_ROOT: '/var/task',
        LEDGER_TABLE: 'Ledger',
        BRIDGE_CONFIG: '/tmp/other.json',
      },
      path: '/tmp/other.json',
    },
  ])('reads $path', ({ env, path }) => {
    const files: Record<string, string> = { [path]: JSON.stringify(config) };

    expect(readSettings(env, (asked) => files[asked] ?? '')).toEqual({
      bridge: config,
      ledgerTable: 'Ledger',
    });
  });

  test.for([
    {
      text: '{',
      message: '/t/bridge.json is not JSON; it is written by cdk synth beside the bundle',
    },
    { text: 'null', message: '/t/bridge.json: holds no instances and routes' },
    { text: '{"instances":[],"routes":{}}', message: 'holds no instances and routes' },
    {
      text: '{"instances":[],"routes":[{"name":"r","to":"ACE"},{"name":"s","to":"PRD"}]}',
      message:
        'the configuration has 2 fault(s): /t/bridge.json: route r goes to ACE, which is no instance; /t/bridge.json: route s goes to PRD, which is no instance',
    },
  ])('refuses $text', ({ text, message }) => {
    expect(() =>
      readSettings({ LAMBDA_TASK_ROOT: '/t', LEDGER_TABLE: 'Ledger' }, () => text),
    ).toThrow(message);
  });

  test('refuses an environment that lacks a place and a table, both at once', () => {
    expect(() => readSettings({}, () => '')).toThrow(
      'the configuration has 2 fault(s): neither BRIDGE_CONFIG nor LAMBDA_TASK_ROOT is set; LEDGER_TABLE is not set',
    );
  });
});
