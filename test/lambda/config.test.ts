import { describe, expect, test } from 'vitest';
import { readFunctionSettings, readSourceRole } from '../../lambda/config.ts';

const config = {
  instances: [{ name: 'ACE' }],
  routes: [{ name: 'r', to: 'ACE' }],
  targets: [],
  callers: [],
  requests: [],
  accounts: [],
};
/** Environment of every function. */
const commonEnvironment = {
  LEDGER_TABLE: 'Ledger',
  BRIDGE_ACCOUNT: '111122223333',
  AWS_REGION: 'eu-west-1',
};

describe('readFunctionSettings', () => {
  test.for([
    {
      env: { ...commonEnvironment, LAMBDA_TASK_ROOT: '/var/task' },
      path: '/var/task/bridge.json',
    },
    {
      env: {
        ...commonEnvironment,
        LAMBDA_TASK_ROOT: '/var/task',
        BRIDGE_CONFIG: '/tmp/other.json',
      },
      path: '/tmp/other.json',
    },
  ])('reads $path', ({ env, path }) => {
    const files: Record<string, string> = { [path]: JSON.stringify(config) };

    expect(readFunctionSettings(env, (asked) => files[asked] ?? '')).toEqual({
      bridge: config,
      ledgerTable: 'Ledger',
      account: '111122223333',
      region: 'eu-west-1',
    });
  });

  test.for([
    {
      text: '{',
      message: '/t/bridge.json is not JSON; cdk synth writes it beside the bundle',
    },
    { text: 'null', message: '/t/bridge.json: has no instances and routes' },
    { text: '{"instances":[],"routes":{}}', message: 'has no instances and routes' },
    { text: '{"instances":[],"routes":[]}', message: '/t/bridge.json: has no accounts' },
    {
      text: '{"instances":[],"routes":[],"accounts":[],"targets":[]}',
      message: '/t/bridge.json: has no targets and callers',
    },
    {
      text: '{"instances":[],"routes":[],"accounts":[],"targets":[],"callers":[]}',
      message: '/t/bridge.json: has no requests; write it again with cdk synth',
    },
    {
      text: '{"instances":[],"accounts":[],"targets":[],"callers":[],"requests":[],"routes":[{"name":"r","to":"ACE"},{"name":"s","to":"PRD"}]}',
      message:
        'invalid configuration, 2 fault(s): /t/bridge.json: route r: instance ACE is not defined; /t/bridge.json: route s: instance PRD is not defined',
    },
  ])('refuses $text', ({ text, message }) => {
    expect(() =>
      readFunctionSettings({ ...commonEnvironment, LAMBDA_TASK_ROOT: '/t' }, () => text),
    ).toThrow(message);
  });

  test('reports all missing variables of the environment at once', () => {
    expect(() => readFunctionSettings({}, () => '')).toThrow(
      'invalid configuration, 4 fault(s): neither BRIDGE_CONFIG nor LAMBDA_TASK_ROOT is set; LEDGER_TABLE is not set; BRIDGE_ACCOUNT is not set; AWS_REGION is not set',
    );
  });
});

describe('readSourceRole', () => {
  test('reads the ARN that the stack sets', () => {
    const role = 'arn:aws:iam::{account}:role/AutosysBridge-{region}';

    expect(readSourceRole({ SOURCE_ROLE: role })).toBe(role);
  });

  test('rejects an environment without it', () => {
    expect(() => readSourceRole({})).toThrow('SOURCE_ROLE is not set');
  });
});
