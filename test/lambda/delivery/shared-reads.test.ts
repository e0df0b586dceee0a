import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import type { ListedGlobal } from '../../../autosys/autorep/index.ts';
import {
  AutosysProtocolError,
  AutosysUnauthorizedError,
  AutosysUnreachableError,
} from '../../../autosys/errors.ts';
import { parseGlobalName, parseGlobalValue, parseJobName } from '../../../autosys/names.ts';
import { type Member, ReadGroup } from '../../../lambda/delivery/read-groups.ts';
import { withSharedReads } from '../../../lambda/delivery/shared-reads.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import { RequestDeniedError } from '../../../lambda/login-errors.ts';

const minuteMs = 60_000;
const { signal } = new AbortController();
const unreachable = () =>
  new AutosysUnreachableError({ endpoint: 'ace:9443', reason: 'connection refused' });
const denied = (httpStatus: 401 | 403) =>
  new AutosysUnauthorizedError({ doing: 'reading', httpStatus, said: '' });

/**
 * An AutoSys with variables that records its requests; the test decides when a read is answered.
 */
function aWorld({ values = {}, lines }: { values?: Record<string, string>; lines?: number } = {}) {
  const asked: string[] = [];
  const errors: { list: unknown[]; single: unknown[] } = { list: [], single: [] };
  const uncertain = new Set<string>();
  let nowMs = 0;
  let held: PromiseWithResolvers<void> | undefined;
  const answer = async (kind: 'list' | 'single', what: string) => {
    asked.push(what);
    await held?.promise;
    const error = errors[kind].shift();
    if (error !== undefined) throw error;
  };
  const bounds: (() => void)[] = [];
  const members = new AsyncLocalStorage<Member>();
  const port = withSharedReads(
    {
      sendEvent: async (event) => {
        asked.push(event.kind);
        await held?.promise;
      },
      readJob: async () => {
        asked.push('job');
        await held?.promise;
        return { status: 'RUNNING', onNoExec: false, lastRun: {} };
      },
      readJobEvents: async () => {
        throw new Error('no events of a job are read here');
      },
      readJobRuns: async () => {
        throw new Error('no runs of a job are read here');
      },
      readGlobalVariable: async (name) => {
        const value = values[name];
        await answer('single', name);
        return value === undefined ? { kind: 'unset' } : { kind: 'value', value };
      },
      readGlobalVariables: async (pattern) => {
        const rows = Object.entries(values)
          .filter(([name]) => pattern === 'ALL' || name.startsWith(pattern.slice(0, -1)))
          .map(([name, value]): [string, ListedGlobal] => [
            name,
            uncertain.has(name) ? {} : { value },
          ]);
        await answer('list', pattern);
        return { kind: 'list', rows: new Map(rows), lines: lines ?? rows.length + 2 };
      },
    },
    { members, now: () => new Date(nowMs) },
  );
  const newGroup = () =>
    new ReadGroup({
      members,
      sleep: (_, itsSignal) =>
        new Promise((resolve) => {
          bounds.push(() => itsSignal.aborted || resolve(undefined));
        }),
    }).alongside;
  const read = (name: string) => port.readGlobalVariable(parseGlobalName(name), { signal });
  return {
    asked,
    errors,
    values,
    uncertain,
    port,
    read,
    newGroup,
    /** Ends the longest wait. */
    endWaiting: () => {
      for (const end of bounds.splice(0)) end();
    },
    advance: (ms: number) => {
      nowMs += ms;
    },
    hold: () => {
      held = Promise.withResolvers();
      return held.resolve;
    },
    /** Reads of the members of one group. */
    readTogether: async (...names: readonly string[]) => {
      const alongside = newGroup();
      const views = await Promise.all(names.map((name) => alongside(() => read(name))));
      return views.map((view) => (view.kind === 'value' ? view.value : view.kind));
    },
  };
}

const three = { AWS_A: '1', AWS_B: '2', AWS_C: '3' };

describe('reads of one group', () => {
  test('are answered by one list with their common prefix', async () => {
    const world = aWorld({ values: three });

    expect(await world.readTogether('AWS_A', 'AWS_B', 'AWS_C')).toEqual(['1', '2', '3']);
    expect(world.asked).toEqual(['AWS_%']);
  });

  test.for([
    { names: ['AWS_A'], asked: ['AWS_A'] },
    { names: ['AWS_A', 'AWS_A'], asked: ['AWS_A', 'AWS_A'] },
    { names: ['AWS_A', 'AWS_B'], asked: ['AWS_%'] },
    { names: ['AWS_A', 'AWS_AB'], asked: ['AWS_A%', 'AWS_AB'] },
    { names: ['AW', 'AWS_A'], asked: ['ALL', 'AW'] },
    { names: ['X', 'AWS_A'], asked: ['ALL', 'X'] },
  ])('of $names ask for $asked', async ({ names, asked }) => {
    const world = aWorld({ values: three });

    await world.readTogether(...names);

    expect(world.asked).toEqual(asked);
  });

  test('are repeated one by one for variables that the list does not show for certain', async () => {
    const world = aWorld({ values: three });
    world.uncertain.add('AWS_B');

    expect(await world.readTogether('AWS_A', 'AWS_B', 'AWS_D')).toEqual(['1', '2', 'unset']);
    expect(world.asked).toEqual(['AWS_%', 'AWS_B', 'AWS_D']);
  });

  test('wait for members that still send, and not for members that work on a job', async () => {
    const world = aWorld({ values: three });
    const alongside = world.newGroup();
    const release = world.hold();
    const globalVariable = parseGlobalName('AWS_B');
    const works = [
      alongside(() => world.read('AWS_A')),
      alongside(async () => {
        const value = parseGlobalValue('2');
        await world.port.sendEvent({ kind: 'SET_GLOBAL', globalVariable, value }, { signal });
        return world.read('AWS_B');
      }),
      alongside(() => world.port.readJob(parseJobName('LOAD'), { signal })),
    ];
    await new Promise(setImmediate);
    expect(world.asked).toEqual(['SET_GLOBAL', 'job']);

    release();
    await Promise.all(works);

    expect(world.asked).toEqual(['SET_GLOBAL', 'job', 'AWS_%']);
  });

  test('wait no longer than the limit for a delayed member', async () => {
    const world = aWorld({ values: three });
    const alongside = world.newGroup();
    const heldUp = Promise.withResolvers<void>();
    const works = [
      alongside(() => world.read('AWS_A')),
      alongside(() => world.read('AWS_B')),
      alongside(() => heldUp.promise),
    ];
    await new Promise(setImmediate);
    expect(world.asked).toEqual([]);

    world.endWaiting();
    await Promise.all(works.slice(0, 2));

    expect(world.asked).toEqual(['AWS_%']);
    heldUp.resolve();
    await Promise.all(works);
  });

  test('go on when a member fails', async () => {
    const world = aWorld({ values: three });
    const alongside = world.newGroup();

    const works = await Promise.allSettled([
      alongside(() => world.read('AWS_A')),
      alongside(() => world.read('AWS_B')),
      alongside(async () => {
        await new Promise(setImmediate);
        throw new Error('failed');
      }),
    ]);

    expect(works.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(world.asked).toEqual(['AWS_%']);
  });

  test('are never answered by a list that was requested before them', async () => {
    const world = aWorld({ values: { ...three } });
    const alongside = world.newGroup();
    const release = world.hold();
    const early = [alongside(() => world.read('AWS_A')), alongside(() => world.read('AWS_B'))];
    await new Promise(setImmediate);
    expect(world.asked).toEqual(['AWS_%']);

    world.values['AWS_B'] = 'new';
    world.values['AWS_C'] = 'new';
    const late = [alongside(() => world.read('AWS_B')), alongside(() => world.read('AWS_C'))];
    release();
    const views = await Promise.all([...early, ...late]);

    expect(views.map((view) => view.kind === 'value' && view.value)).toEqual([
      '1',
      '2',
      'new',
      'new',
    ]);
    expect(world.asked).toEqual(['AWS_%', 'AWS_%']);
  });

  test('of another group are not waited for', async () => {
    const world = aWorld({ values: three });

    await Promise.all([world.readTogether('AWS_A'), world.readTogether('AWS_B')]);

    expect(world.asked).toEqual(['AWS_A', 'AWS_B']);
  });
});

test('a read outside of a group is sent alone', async () => {
  const world = aWorld({ values: three });

  await Promise.all([world.read('AWS_A'), world.read('AWS_B')]);

  expect(world.asked).toEqual(['AWS_A', 'AWS_B']);
});

describe('a list', () => {
  test('without a reply is requested once more', async () => {
    const world = aWorld({ values: three });
    world.errors.list.push(unreachable());

    expect(await world.readTogether('AWS_A', 'AWS_B')).toEqual(['1', '2']);
    expect(world.asked).toEqual(['AWS_%', 'AWS_%']);
  });

  test.for([
    { what: 'no answer twice', errors: [unreachable(), unreachable()] },
    {
      what: 'an answer that does not read twice',
      errors: [1, 2].map(
        () => new AutosysProtocolError({ doing: 'reading', expected: 'a list', found: 'a page' }),
      ),
    },
    { what: 'no permission', errors: [denied(403)] },
  ])('with $what is not requested for a quarter of an hour', async ({ errors }) => {
    const world = aWorld({ values: three });
    world.errors.list.push(...errors);

    expect(await world.readTogether('AWS_A', 'AWS_B')).toEqual(['1', '2']);
    world.asked.splice(0);
    await world.readTogether('AWS_A', 'AWS_B');
    expect(world.asked).toEqual(['AWS_A', 'AWS_B']);
    world.advance(15 * minuteMs);
    await world.readTogether('AWS_A', 'AWS_B');

    expect(world.asked).toEqual(['AWS_A', 'AWS_B', 'AWS_%']);
  });

  test('and a single read without a reply fail all, and are not repeated for each', async () => {
    const world = aWorld({ values: three });
    world.errors.list.push(unreachable(), unreachable());
    world.errors.single.push(unreachable());

    await expect(world.readTogether('AWS_A', 'AWS_B', 'AWS_C')).rejects.toThrow(
      AutosysUnreachableError,
    );
    expect(world.asked).toEqual(['AWS_%', 'AWS_%', 'AWS_A']);
  });

  test('that only the login may not read is read alone', async () => {
    const world = aWorld({ values: three });
    const at = new Date(0);
    world.errors.list.push(new RequestDeniedError({ target: 'global variables', at, until: at }));

    expect(await world.readTogether('AWS_A', 'AWS_B')).toEqual(['1', '2']);
    expect(world.asked).toEqual(['AWS_%', 'AWS_A', 'AWS_B']);
  });

  test.for([
    { what: 'a refused login', error: denied(401), type: AutosysUnauthorizedError },
    {
      what: 'an unavailable ledger',
      error: new LedgerError({ doing: 'answer', reason: 'timeout' }),
      type: LedgerError,
    },
  ])('fails all of its reads on $what, without another request', async ({ error, type }) => {
    const world = aWorld({ values: three });
    world.errors.list.push(error);

    await expect(world.readTogether('AWS_A', 'AWS_B')).rejects.toThrow(type);
    expect(world.asked).toEqual(['AWS_%']);
  });

  test('of more than 2,000 lines is not requested for a quarter of an hour, nor what contains it', async () => {
    const world = aWorld({ values: { ...three, X: '9' }, lines: 2_001 });

    await world.readTogether('AWS_A', 'AWS_B');
    world.asked.splice(0);
    await world.readTogether('AWS_A', 'AWS_B');
    await world.readTogether('AWS_A', 'X');

    expect(world.asked).toEqual(['AWS_A', 'AWS_B', 'AWS_A', 'X']);
  });

  test('that shows no value for certain is not requested for a quarter of an hour', async () => {
    const world = aWorld({ values: three });
    world.uncertain.add('AWS_A').add('AWS_B').add('AWS_C');

    await world.readTogether('AWS_A', 'AWS_B');
    world.asked.splice(0);
    await world.readTogether('AWS_A', 'AWS_B');

    expect(world.asked).toEqual(['AWS_A', 'AWS_B']);
  });
});
