import { expect, test } from 'vitest';
import {
  endpoints,
  eventSupport,
  printEndpointTable,
  printEventTable,
  printExecuteTable,
} from '../../emulator/index.ts';

test('the table of endpoints has a row for each, with its fidelity', () => {
  const lines = printEndpointTable().trimEnd().split('\n');

  expect(lines).toHaveLength(endpoints.length + 2);
  expect(lines[0]).toBe('| endpoint | wire profiles | fidelity | evidence | what it does |');
  expect(lines).toContain(
    '| `POST event/start-job` | standard | supported | seen live | STARTJOB: starts when the conditions other than dates and times hold |',
  );
  expect(lines).toContain(
    '| `GET calendar/{name}` | standard, api-prefix, single-event | absent | seen live | calendars are not emulated |',
  );
});

test('the table of events has a row for each', () => {
  const lines = printEventTable().trimEnd().split('\n');

  expect(lines).toHaveLength(Object.keys(eventSupport).length + 2);
});

test('the table of executed commands states fidelity and evidence of each behaviour', () => {
  const [head, , ...rows] = printExecuteTable().trimEnd().split('\n');

  expect(head).toBe('| behaviour | fidelity | evidence | what it does |');
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) {
    expect(row).toMatch(/^\| .+ \| (?:supported|approximate|absent) \| .+ \| .+ \|$/);
  }
});
