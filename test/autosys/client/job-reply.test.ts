import { expect, test } from 'vitest';
import { readJobJson } from '../../../autosys/client/job-reply.ts';
import { parseJobName } from '../../../autosys/names.ts';

const job = parseJobName('J');
const row = { name: 'J', status: 4, runNum: 3 };
const reading = { status: 'SUCCESS', lastRun: { run: 3 } };

test.for([
  { shape: 'flat', json: row },
  { shape: 'a list', json: [{ name: 'I' }, row] },
  { shape: 'an object in job', json: { job: row } },
  { shape: 'a list in job', json: { job: [row] } },
  { shape: 'jobs', json: { jobs: [row] } },
  { shape: 'data', json: { data: [row] } },
  { shape: 'one list of another name', json: { jobRunInfo: [row], count: 1 } },
  { shape: 'no name in the only row', json: { status: 'SU', runNum: '3' } },
  { shape: 'other spellings', json: { JOB_NAME: 'J', 'Job-Status': 'success', run_number: 3 } },
  { shape: 'several runs', json: [{ ...row, runNum: 2, status: 5 }, row, { ...row, runNum: 1 }] },
])('reads a job from $shape', ({ json }) => {
  expect(readJobJson(json, job, 'UTC')).toMatchObject(reading);
});

test.for([
  { what: 'another job', json: { name: 'j', status: 4 } },
  { what: 'an empty list', json: [] },
  { what: 'rows without names', json: [{ status: 4 }, { status: 5 }] },
  { what: 'a text', json: 'J' },
  { what: 'null', json: null },
])('finds no job in $what', ({ json }) => {
  expect(readJobJson(json, job, 'UTC')).toBeUndefined();
});

test.for([
  { text: '09/07/2026 10:17:34', date: '2026-09-07T08:17:34.000Z' },
  { text: '2026-09-07T10:17:34+02:00', date: '2026-09-07T08:17:34.000Z' },
  { text: '2026-09-07T08:17:34Z', date: '2026-09-07T08:17:34.000Z' },
  { text: 1788769054, date: '2026-09-07T08:17:34.000Z' },
  { text: '1788769054000', date: '2026-09-07T08:17:34.000Z' },
  { text: '-----', date: undefined },
  { text: '', date: undefined },
  { text: 0, date: undefined },
  { text: null, date: undefined },
])('reads $text as $date', ({ text, date }) => {
  const part = readJobJson({ ...row, lastStart: text }, job, 'Europe/Zurich');

  expect(part?.lastRun.startedAt?.toISOString()).toBe(date);
});

test('uses the latest start if no run has a number', () => {
  const early = { name: 'J', status: 5, lastStart: '01/01/2026 00:00:00' };
  const late = { name: 'J', status: 1, lastStart: '01/02/2026 00:00:00' };

  expect(readJobJson([late, early], job, 'UTC')).toMatchObject({ status: 'RUNNING' });
});

test.for([
  { status: 'RU/NE', word: 'RUNNING', onNoExec: true },
  { status: 'SUCCESS/ON_NOEXEC', word: 'SUCCESS', onNoExec: true },
  { status: 'SU', word: 'SUCCESS', onNoExec: undefined },
  { status: '77', word: undefined, onNoExec: undefined },
])('reads the status $status', ({ status, word, onNoExec }) => {
  const part = readJobJson({ name: 'J', status }, job, 'UTC');

  expect({ word: part?.status, onNoExec: part?.onNoExec }).toEqual({ word, onNoExec });
});
