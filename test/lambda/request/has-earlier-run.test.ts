import { expect, test } from 'vitest';
import type { JobRunView, JobView } from '../../../autosys/views.ts';
import type { Entry, SendRecord } from '../../../lambda/ledger/entry.ts';
import { toStartRequest } from '../../../lambda/request/effect-request.ts';
import { createHasEarlierRun } from '../../../lambda/request/has-earlier-run.ts';
import type { AutosysRead, ReadAutosys } from '../../../lambda/request/read-autosys.ts';
import { aStoredRequest, nightMs } from './wait/rig.ts';

const { signal } = new AbortController();

/** Asks about a job that shows run 17, with what AutoSys answers when asked for its runs. */
async function ask(options: {
  readonly job?: SendRecord['job'];
  readonly runs?: readonly number[];
  readonly answer?: AutosysRead<never>;
  readonly lists?: false;
}) {
  const { job, runs = [], answer, lists = true } = options;
  const asked: string[] = [];
  const port = {
    readJobRuns: (name: string) => {
      asked.push(name);
      const views = runs.map((run): JobRunView => ({ status: 'RUNNING', run }));
      return Promise.resolve({ kind: 'runs', runs: views } as const);
    },
  };
  const readAutosys: ReadAutosys = async (_, read) =>
    answer ?? { kind: 'read', value: await read((lists ? port : {}) as never, undefined) };
  const request = aStoredRequest();
  const start: Entry = {
    ...{
      format: 1,
      ...(toStartRequest(request) as NonNullable<ReturnType<typeof toStartRequest>>),
    },
    ...{ stage: 'accepted', dueMs: nightMs, tries: 0, history: [] },
    sent: { sentMs: nightMs, ...(job && { job }) },
  };
  const view: JobView = { status: 'RUNNING', onNoExec: false, lastRun: { run: 17, try: 1 } };
  const found = await createHasEarlierRun({ readAutosys })(request, { start, view, signal });
  return { found, asked };
}

const idle = (run: number) => ({ active: false, run });

test('asks for nothing if the shown run is the next one of the whole instance', async () => {
  expect(await ask({ job: idle(16), runs: [17, 15] })).toEqual({ found: false, asked: [] });
});

test.for([
  ['another run has begun since', idle(10), [17, 14], true],
  ['the run before it is the one of before the start', idle(10), [17, 10], false],
  ['the run before it is older', idle(10), [17, 9], false],
  ['it has had one run only', idle(10), [17], false],
  ['the job had not been read, and had a run before', undefined, [17, 9], true],
  ['the job had never run', { active: false }, [17], false],
] as const)('looks for an earlier run: %s', async ([, job, runs, found]) => {
  expect(await ask({ ...(job && { job }), runs })).toEqual({ found, asked: ['LOAD'] });
});

test.for([
  ['AutoSys cannot be asked now', { answer: { kind: 'away', reason: 'a window' } }, true],
  ['AutoSys refuses to show the runs now', { answer: { kind: 'refused', reason: '403' } }, true],
  ['the profile lists no runs', { lists: false }, false],
] as const)(
  'takes the run for that of the start unless it may still find out: %s',
  async ([, over, found]) => {
    expect((await ask({ job: idle(10), ...over })).found).toBe(found);
  },
);
