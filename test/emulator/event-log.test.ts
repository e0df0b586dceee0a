import { describe, expect, test } from 'vitest';
import { parseJobName } from '../../autosys/names.ts';
import { EventLog, type LogEntry } from '../../emulator/event-log.ts';
import { monday } from './estate.ts';

const a = parseJobName('a');
const b = parseJobName('b');

describe('EventLog', () => {
  test('returns the lines of one job in the order of arrival', () => {
    const log = new EventLog();

    log.add(line('STARTING', a));
    log.add(line('STARTING', b));
    log.add(line('RUNNING', a));

    expect(log.lines('a').map(({ name }) => name)).toEqual(['STARTING', 'RUNNING']);
  });

  test('returns the lines of the whole instance in the order of arrival', () => {
    const log = new EventLog();
    log.add(line('STARTING', a));
    log.add(line('SET_GLOBAL'));
    log.add(line('RUNNING', a));

    const lines = log.lines();

    expect(lines.map(({ id, name }) => `${id} ${name}`)).toEqual([
      '1 STARTING',
      '2 SET_GLOBAL',
      '3 RUNNING',
    ]);
  });

  test('updates a line without changing its number or position', () => {
    const log = new EventLog();
    const first = log.add({ ...line('STARTJOB', a), stage: 'UP' });
    log.add(line('STARTING', a));

    log.settle(first, { stage: 'ER', text: 'no such job', processedAt: monday });

    expect(log.lines('a')[0]).toMatchObject({ id: 1, stage: 'ER', text: 'no such job' });
  });

  test('removes the oldest lines of a job that has very many', () => {
    const log = new EventLog();

    for (let count = 0; count <= 10_000; count += 1) log.add(line('COMMENT', a));

    expect(log.lines('a').length).toBe(9001);
    expect(log.lines('a').at(-1)?.id).toBe(10_001);
  });
});

function line(name: string, job?: typeof a): LogEntry {
  const entry = { kind: 'event', name, queuedAt: monday, stage: 'PD', try: 0, run: 0 } as const;
  return job === undefined ? entry : { ...entry, job };
}
