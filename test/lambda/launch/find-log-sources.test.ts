import { expect, test } from 'vitest';
import type { JobLogs } from '../../../lambda/aws/log-results.ts';
import {
  createFindLogSources,
  type FindLogSourcesDeps,
} from '../../../lambda/launch/find-log-sources.ts';
import { intend } from '../../../lambda/launch/intend.ts';
import type { Run } from '../../../lambda/ledger/run.ts';

const denied = { kind: 'denied', reason: 'AccessDeniedException' } as const;
const unavailable = { kind: 'unavailable', reason: 'ECONNRESET' } as const;

function aJob(over: Partial<JobLogs> = {}): JobLogs {
  const flags = { isArray: false, isEks: false };
  return { jobId: 'job', status: 'FAILED', maxAttempts: 1, attempts: [], ...flags, ...over };
}

const attempt = (...streams: readonly string[]) => ({ streams, exitCode: 1, isOver: true });

/** Finds the sources of a run with this status and these answers of AWS. */
async function find(
  workload: Run['workload'],
  deps: Partial<FindLogSourcesDeps>,
  run?: { readonly status: Run['version']['status']; readonly logStreams?: readonly string[] },
) {
  const identity = { kind: 'key', key: 'a' } as const;
  const facts = {
    target: 't',
    caller: 'c',
    launchId: 'l',
    inputDigest: '',
    again: false,
    wait: false,
  };
  const launch = intend({ identity, workload, ...facts }, { name: 'n', start: 1, nowMs: 0 });
  const version = { run: 'job', beganMs: 0, attempt: 0, changedMs: 0, status: run?.status };
  const result = { attempts: 1, logStreams: run?.logStreams };
  const findLogSources = createFindLogSources({
    readJobLogs: async () => denied,
    readFailedChildren: async () => denied,
    readFailedMapChildren: async () => denied,
    readHistory: async () => denied,
    ...deps,
  });
  return findLogSources(
    { ...launch, aws: { id: 'job', beganMs: 0 } },
    run && ({ workload, version, result } as unknown as Run),
    new AbortController().signal,
  );
}

const streamsOf = ({ sources }: Awaited<ReturnType<typeof find>>) =>
  sources.map(({ location }) => (location?.kind === 'stream' ? location.stream : undefined));

test.for([
  { when: 'AWS Batch has forgotten the job', answer: { kind: 'found', jobs: [] } as const },
  { when: 'DescribeJobs is denied', answer: denied },
])('the streams of the run row are used if $when', async ({ answer }) => {
  const run = { status: 'FAILED', logStreams: ['one', 'two'] } as const;

  const found = await find('batchJob', { readJobLogs: async () => answer }, run);

  expect(streamsOf(found)).toEqual(['one', 'two']);
  expect(found.sources[1]?.heading).toBe('=== attempt 2 of 2, stream two ===');
  expect(found.notes).toHaveLength(1);
});

test('every container of an attempt has its stream', async () => {
  const job = aJob({ attempts: [attempt('main', 'sidecar')] });

  const found = await find('batchJob', {
    readJobLogs: async () => ({ kind: 'found', jobs: [job] }),
  });

  expect(streamsOf(found)).toEqual(['main', 'sidecar']);
});

test('a multi-node job has the log of its main node', async () => {
  const jobs: Readonly<Record<string, JobLogs>> = {
    job: aJob({ mainNode: 2 }),
    'job#2': aJob({ jobId: 'job#2', attempts: [attempt('main')] }),
  };
  const found = await find('batchJob', {
    readJobLogs: async ([id = '']) => ({ kind: 'found', jobs: [jobs[id] ?? aJob()] }),
  });

  expect(streamsOf(found)).toEqual(['main']);
  expect(found.sources[0]?.heading).toMatch(/^=== main node, attempt 1 of 1, stream main/);
});

test.for([
  { of: 'a job on EKS', job: aJob({ isEks: true }), note: /runs on EKS/ },
  { of: 'a job without attempts', job: aJob(), note: /no attempt of the job has a log stream yet/ },
  {
    of: 'an array that runs',
    job: aJob({ isArray: true, status: 'PENDING' }),
    note: /an array job has no log/,
  },
  {
    of: 'an array whose children are denied',
    job: aJob({ isArray: true }),
    note: /lacks batch:ListJobs/,
  },
])('$of has a note', async ({ job, note }) => {
  const found = await find('batchJob', {
    readJobLogs: async () => ({ kind: 'found', jobs: [job] }),
  });

  expect(found.sources).toEqual([]);
  expect(found.notes).toEqual([expect.stringMatching(note)]);
});

test.for([
  { when: 'none is listed', children: [], note: 'no failed child is listed' },
  {
    when: 'they are denied',
    children: [{ jobId: 'job:1', index: 1 }],
    note: 'the failed children cannot be read: the role of the launch function lacks batch:DescribeJobs (AccessDeniedException)',
  },
])('failed children have a note if $when', async ({ children, note }) => {
  const found = await find('batchJob', {
    readJobLogs: async ([id]) =>
      id === 'job' ? { kind: 'found', jobs: [aJob({ isArray: true })] } : denied,
    readFailedChildren: async () => ({ kind: 'found', children, more: false }),
  });

  expect(found.notes).toEqual([note]);
  expect(found.children?.failed).toEqual(children);
});

test('a child that AWS Batch does not describe is left out', async () => {
  const children = [1, 2].map((index) => ({ jobId: `job:${index}`, index }));
  const found = await find('batchJob', {
    readJobLogs: async ([id]) => {
      const second = aJob({ jobId: 'job:2', attempts: [attempt('two')] });
      return { kind: 'found', jobs: [id === 'job' ? aJob({ isArray: true }) : second] };
    },
    readFailedChildren: async () => ({ kind: 'found', children, more: true }),
  });

  expect(streamsOf(found)).toEqual(['two']);
});

test('a history that AWS has deleted is a note', async () => {
  const readHistory = async () => ({ kind: 'unknown' }) as const;

  expect((await find('execution', { readHistory }, { status: 'FAILED' })).notes).toEqual([
    'AWS no longer has the history of the execution (kept for 90 days)',
  ]);
});

test('an execution without a failing state in its history has a note', async () => {
  const readHistory = async () => ({ kind: 'found', events: [] }) as const;

  expect((await find('execution', { readHistory }, { status: 'FAILED' })).notes).toEqual([
    'the history shows no failing state',
  ]);
});

test('executions are followed through three levels, and no further', async () => {
  const nested = (executionArn: string) => [
    { id: 2, previousId: 1, type: 'ExecutionFailed', atMs: 1 },
    { id: 1, previousId: 0, type: 'TaskStateEntered', atMs: 0, state: 'Nested', executionArn },
  ];
  let asked = 0;
  const found = await find(
    'execution',
    {
      readHistory: async () => {
        asked += 1;
        return { kind: 'found', events: nested('deeper') };
      },
    },
    { status: 'FAILED' },
  );

  expect(asked).toBe(3);
  expect(found.notes.at(-1)).toBe('state Nested has no log that the bridge reads');
});

test('a child execution whose history is denied keeps the failing state of its parent', async () => {
  const events = [
    { id: 2, previousId: 1, type: 'ExecutionFailed', atMs: 1, error: 'E' },
    { id: 1, previousId: 0, type: 'TaskStateEntered', atMs: 0, state: 'N', executionArn: 'child' },
  ];
  const readHistory: FindLogSourcesDeps['readHistory'] = async (arn) =>
    arn === 'child' ? denied : { kind: 'found', events };

  const found = await find('execution', { readHistory }, { status: 'FAILED' });

  expect(found.failing).toMatchObject({ state: 'N', error: 'E' });
  expect(found.notes).toEqual([
    'state N waited for child',
    'the history of child cannot be read: the role of the launch function lacks states:GetExecutionHistory (AccessDeniedException)',
  ]);
});

test.for(['batchJob', 'execution'] as const)(
  'AWS that does not answer is 503 for %s',
  async (workload) => {
    const deps = { readJobLogs: async () => unavailable, readHistory: async () => unavailable };

    await expect(find(workload, deps, { status: 'FAILED' })).rejects.toMatchObject({
      status: 503,
      message: expect.stringMatching(/AWS did not answer \(unavailable: ECONNRESET\)/),
    });
  },
);
