import { expect, test } from 'vitest';
import { readGivenSettings } from '../../../cli/template-package/read-settings.ts';

const io = (text: string) => ({ readText: () => text });

test('the settings of --set replace those of the file', () => {
  const { settings, faults } = readGivenSettings(io('{"tracing": true, "maxRules": 50}'), {
    file: 'settings.json',
    pairs: ['maxRules=200', 'launchNetworks=10.0.0.0/8,10.1.0.0/16', 'runbookUrl=https://a/?b=c'],
  });

  expect(faults).toEqual([]);
  expect(settings).toEqual({
    ...{ tracing: true, maxRules: '200', runbookUrl: 'https://a/?b=c' },
    launchNetworks: '10.0.0.0/8,10.1.0.0/16',
  });
});

test.for([
  {
    pairs: ['maxRules'],
    says: '--set: expected NAME=VALUE, such as logRetentionDays=30, found "maxRules"',
  },
  { pairs: ['=200'], says: '--set: expected NAME=VALUE' },
  { pairs: ['maxRules=1', 'maxRules=2'], says: '--set: found maxRules twice; remove one' },
])('rejects $pairs', ({ pairs, says }) => {
  expect(readGivenSettings(io('{}'), { file: undefined, pairs }).faults).toEqual([
    expect.stringContaining(says),
  ]);
});

test.for([
  { text: '[]', says: '--settings: found another value in a.json, allowed: a JSON object' },
  { text: 'null', says: '--settings: found another value in a.json' },
  { text: '{', says: '--settings: found no JSON in a.json (' },
])('rejects a file with $text', ({ text, says }) => {
  expect(readGivenSettings(io(text), { file: 'a.json', pairs: [] }).faults).toEqual([
    expect.stringContaining(says),
  ]);
});

test('rejects a file that cannot be read', () => {
  const readText = () => {
    throw Object.assign(new Error('no'), { code: 'ENOENT' });
  };

  expect(() => readGivenSettings({ readText }, { file: 'a.json', pairs: [] })).toThrow(
    'a.json: cannot be read: no such file',
  );
});
