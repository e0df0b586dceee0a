import { describe, expect, test } from 'vitest';
import { findProfileFaults } from '../../../autosys/client/profile-faults.ts';
import { readNight } from '../../../cli/play/night-file.ts';
import { readRouteFile } from '../../../route-file/index.ts';
import { anExecutionEvent } from '../../support/builders.ts';
import { bridgeYaml } from '../setup.ts';

const { config } = readRouteFile(
  { name: 'bridge.yaml', text: bridgeYaml },
  () => undefined,
  findProfileFaults,
);
const context = {
  config,
  home: { account: '111122223333', region: 'eu-west-1' },
  now: new Date('2026-11-20T03:00:00Z'),
};
const read = (text: string) => readNight({ name: 'night.ndjson', text }, context);

describe('the file of a night', () => {
  test('has steps in the order of their times', () => {
    const steps =
      read(`{"at": "2m", "name": "settlement", "status": "SUCCEEDED", "output": {"rows": 12}}
{"sendevent": "-E STARTJOB -J NIGHT"}
{"at": "90s", "break": "job", "job": "ETL"}
{"at": "1h", "mend": true}
`);

    expect(steps.map(({ atMs, action }) => [atMs, action.kind])).toEqual([
      [0, 'sendevent'],
      [90_000, 'break'],
      [120_000, 'trigger'],
      [3_600_000, 'mend'],
    ]);
    expect(steps[2]?.action).toMatchObject({ request: { output: '{"rows":12}' } });
  });

  test('has recorded events, alone or in a list, with their distances in time', () => {
    const first = anExecutionEvent({}, { time: '2026-11-20T02:01:00Z' });
    const second = anExecutionEvent({}, { time: '2026-11-20T02:01:30Z' });

    const alone = read(`${JSON.stringify(first)}\n${JSON.stringify(second)}`);
    const list = read(JSON.stringify([first, second]));

    expect(alone.map(({ atMs }) => atMs)).toEqual([0, 30_000]);
    expect(list).toEqual(alone);
    expect(read(JSON.stringify({ at: '5s', event: first }))).toEqual([
      { atMs: 5_000, action: { kind: 'event', event: first } },
    ]);
  });
});

describe('a fault in the file of a night', () => {
  test.for([
    { line: 'x', says: /^night\.ndjson:1: expected a JSON object/ },
    { line: '7', says: /expected a JSON object such as/ },
    { line: '{"nam": 1}', says: /expected one of name, event, sendevent, break, mend, found none/ },
    { line: '{"name": "a", "mend": true}', says: /found name and mend/ },
    { line: '{"name": "settlement", "statu": "X"}', says: /did you mean status\?/ },
    { line: '{"name": "settlement"}', says: /name, status: expected two texts/ },
    { line: '{"name": "setlement", "status": "FAILED"}', says: /did you mean settlement\?/ },
    { line: '{"name": "risk", "status": "DONE"}', says: /found "DONE"/ },
    { line: '{"name": "risk", "status": "FAILED", "error": "E"}', says: /:1: error: not a field/ },
    { line: '{"name": "risk", "status": "FAILED", "exitCode": 256}', says: /exitCode: expected/ },
    { line: '{"name": "risk", "status": "FAILED", "lost": 1}', says: /lost: expected true/ },
    { line: '{"at": 5, "mend": true}', says: /at: expected the time after the start/ },
    { line: '{"at": "5", "mend": true}', says: /at: expected the time after the start/ },
    { line: '{"mend": false}', says: /mend: expected true/ },
    { line: '{"break": "dwn"}', says: /did you mean down\?/ },
    { line: '{"break": 1}', says: /expected texts/ },
    { line: '{"break": "job"}', says: /job name missing/ },
    { line: '{"break": "down", "instance": "XXX"}', says: /instance: found "XXX", allowed: ACE/ },
    { line: '{"sendevent": "-E STARTJOP -J A"}', says: /did you mean STARTJOB\?/ },
    { line: '{"sendevent": 1}', says: /expected the arguments of sendevent/ },
    { line: '{"sendevent": "-E STARTJOB -J A", "instance": "XXX"}', says: /allowed: ACE/ },
    { line: '{"detail-type": "x", "detail": {}}', says: /an invalid event/ },
    { line: '{"event": {"id": 7}}', says: /invalid event|expected/ },
    { line: '[{"mend": 1}]', says: /:1: \[0\]: mend: expected true/ },
    { line: '', says: /night\.ndjson:1: no line found/ },
  ])('is reported with its line: $line', ({ line, says }) => {
    expect(() => read(line)).toThrow(says);
  });

  test('is reported together with the others', () => {
    expect(() => read('{"mend": true}\n{"mend": 1}\n{"break": "x"}')).toThrow(
      /^night\.ndjson:2: mend.*\nnight\.ndjson:3: unknown kind/,
    );
  });
});
