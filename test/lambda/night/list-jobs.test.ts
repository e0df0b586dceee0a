import { expect, test } from 'vitest';
import { AutosysRefusedError, AutosysUnreachableError } from '../../../autosys/errors.ts';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import type { JobListView } from '../../../autosys/views.ts';
import { createCircuitBreakers } from '../../../lambda/circuit-breaker/circuit-breakers.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import { createListNightJobs } from '../../../lambda/night/list-jobs.ts';
import { circuitPolicy } from '../../../lambda/policies.ts';
import { aWaitRig, nightMs } from '../request/wait/rig.ts';

const ace = parseAutosysInstance('ACE');
const jil = 'insert_job: LOAD  job_type: CMD\ncondition: value(AWS_A) = "SUCCEEDED"\n';

/** An AutoSys with one job, the real circuit breaker, and a clock that the test moves. */
function aNightRig() {
  const { autosys } = aWaitRig();
  let nowMs = nightMs;
  const now = () => new Date(nowMs);
  const state: { fault?: Error; definitions: string | Error } = { definitions: jil };
  const reads: string[] = [];
  const view = { status: 'INACTIVE', onNoExec: false, lastRun: {} } as const;
  const circuitBreakers = createCircuitBreakers({
    ...{ table: createMemoryTable({ now }), now, jitter: () => 0 },
    ...{ policy: circuitPolicy, believedMs: 0 },
  });
  const lists = autosys.jobs;
  if (!lists) throw new Error('the rig lists jobs');
  const listNightJobs = createListNightJobs({
    circuitBreakers,
    autosysFor: () => ({
      ...autosys,
      jobs: {
        ...lists,
        readJobs: async (pattern): Promise<JobListView> => {
          reads.push(pattern);
          if (state.fault) throw state.fault;
          return { kind: 'list', jobs: new Map([['LOAD', view]]), lines: 4 };
        },
        readDefinitions: async () => {
          reads.push('definitions');
          if (state.definitions instanceof Error) throw state.definitions;
          return state.definitions;
        },
      },
    }),
    now,
    sleep: async (ms) => {
      nowMs += ms;
    },
    onDefect: (error) => {
      throw error;
    },
  });
  const list = (signal = new AbortController().signal) =>
    listNightJobs(ace, { leaseOwner: 'pass', untilMs: nowMs + 25_000, signal });
  const wait = (minutes: number) => {
    nowMs += minutes * 60_000;
  };
  return { state, reads, list, wait };
}

const refused = () =>
  new AutosysRefusedError({ doing: 'running autorep', httpStatus: 400, said: 'no permission' });
const unreachable = () => new AutosysUnreachableError({ endpoint: 'ace-1', reason: 'refused' });

test('reads the statuses once per pass, and the definitions once per hour', async () => {
  const { list, reads, wait } = aNightRig();

  const first = await list();
  for (let pass = 0; pass < 11; pass += 1) {
    wait(5);
    await list();
  }

  expect(first).toMatchObject([{ name: 'LOAD', condition: { kind: 'value' } }]);
  expect(reads).toEqual(['%', 'definitions', ...Array.from({ length: 11 }, () => '%')]);
  wait(10);
  await list();
  expect(reads.slice(-2)).toEqual(['%', 'definitions']);
});

test('uses the definitions on that it cannot read again', async () => {
  const { list, state, wait } = aNightRig();
  await list();
  wait(90);
  state.definitions = refused();

  expect(await list()).toMatchObject([{ name: 'LOAD', condition: { kind: 'value' } }]);
  state.definitions = '';
  expect(await list()).toMatchObject([{ name: 'LOAD', condition: { kind: 'value' } }]);
});

test('says that definitions are missing, and reads them again in the next pass', async () => {
  const { list, state, reads } = aNightRig();
  state.definitions = '';

  expect(await list()).toEqual({ unread: 'AutoSys shows 1 jobs, but not their definitions' });
  state.definitions = refused();
  expect(await list()).toEqual({ unread: expect.stringMatching(/^definitions: .*autorep/) });
  expect(reads).toEqual(['%', 'definitions', '%', 'definitions']);
});

test('stops asking an AutoSys that is away: the circuit breaker opens', async () => {
  const { list, state, reads } = aNightRig();
  state.fault = unreachable();

  const passes = [];
  for (let pass = 0; pass < 4; pass += 1) passes.push(await list());

  expect(reads).toEqual(['%', '%', '%']);
  expect(passes).toEqual(passes.map(() => ({ unread: expect.stringContaining('ace-1') })));
});

test('does not blame AutoSys when the pass itself is over', async () => {
  const { list, reads } = aNightRig();

  const over = await list(AbortSignal.abort());

  expect(over).toEqual({ unread: 'the time of this pass is over' });
  expect(reads).toEqual([]);
});
