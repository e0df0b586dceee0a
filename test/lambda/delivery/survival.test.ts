import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Autosys } from '../../../lambda/delivery/autosys.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import type { Route } from '../../../lambda/routing/routes.ts';
import { type AwsEvent, anExecutionEvent, startedAtMs } from '../../support/builders.ts';
import { aRoute } from '../../support/routes.ts';
import { readDue, readParked } from '../../support/table.ts';
import { aRig, unknown, unreachable } from './rig.ts';

const arn = 'arn:aws:states:eu-west-1:111122223333:execution:settlement';

/** Passes each call of a sandbox's ports to `around`, which may perform it, fail, or both. */
type Around = <Answer>(call: () => Promise<Answer>) => Promise<Answer>;

function wrapTable(table: Table, around: Around): Table {
  return {
    get: (key) => around(() => table.get(key)),
    put: (row, seen) => around(() => table.put(row, seen)),
    agenda: (list, options) => table.agenda(list, options),
  };
}

function wrapPort(port: Autosys['port'], around: Around): Autosys['port'] {
  return {
    sendEvent: (event, options) => around(() => port.sendEvent(event, options)),
    readJob: (job, options) => around(() => port.readJob(job, options)),
    readGlobalVariable: (name, options) => around(() => port.readGlobalVariable(name, options)),
  };
}

type Rig = ReturnType<typeof aRig>;

/**
 * Advances minute by minute, up to an hour, while anything is due; another sandbox drains each
 * time.
 */
async function drainUntilQuiet(rig: Rig): Promise<void> {
  for (let minute = 0; minute < 60 && (await readDue(rig.table)).length > 0; minute += 1) {
    rig.advance(60_000);
    await rig.open().drain();
  }
}

/** Sets a variable at each status, and starts a job at the end of the run. */
const repairing = aRoute({
  actions: {
    RUNNING: [setting()],
    SUCCEEDED: [setting(), { kind: 'FORCE_STARTJOB', fields: { job: ['REPAIR'] } }],
  },
});

function setting(): NonNullable<Route['actions']['RUNNING']>[number] {
  return {
    kind: 'SET_GLOBAL',
    fields: { globalVariable: ['AWS_SETTLEMENT'], value: [{ field: 'status' }] },
  };
}

/**
 * Fails at the nth call, before or after it is performed; a dead sandbox fails at all later calls.
 */
function failAt(nth: number, { when, fate }: { when: 'before' | 'after'; fate: 'lives' | 'dies' }) {
  let calls = 0;
  const around: Around = async (call) => {
    calls += 1;
    if (calls < nth || (calls > nth && fate === 'lives')) return call();
    if (calls === nth && when === 'after') await call();
    throw new TypeError('the sandbox failed');
  };
  return { around, struck: () => calls >= nth };
}

describe('a sandbox that fails at any single call', () => {
  test.for([
    { when: 'before', fate: 'lives' },
    { when: 'after', fate: 'lives' },
    { when: 'before', fate: 'dies' },
    { when: 'after', fate: 'dies' },
  ] as const)('$when it is done and $fate loses nothing and starts nothing twice', async (how) => {
    let nth = 1;
    for (let struck = true; struck; nth += 1) {
      const rig = aRig({ routes: [repairing] });
      const failure = failAt(nth, how);
      const frail = rig.open({
        table: wrapTable(rig.table, failure.around),
        port: wrapPort(rig.autosys.port, failure.around),
      });
      const event = anExecutionEvent();
      const acknowledged = await frail.take(event).then(
        () => true,
        () => false,
      );

      if (!acknowledged) await rig.open().take(event);
      await rig.open().take(anExecutionEvent({ status: 'RUNNING' }));
      await drainUntilQuiet(rig);
      expect(await readDue(rig.table)).toEqual([]);

      struck = failure.struck();
      const parked = await readParked(rig.table);
      expect({
        nth,
        value: rig.autosys.globalVariable,
        startedOnceOrParked: rig.autosys.starts === 1 || parked.length === 1,
        starts: Math.max(1, rig.autosys.starts),
        sentStarts: Math.max(
          1,
          rig.autosys.sent.filter(({ kind }) => kind === 'FORCE_STARTJOB').length,
        ),
      }).toEqual({
        nth,
        value: { kind: 'value', value: 'SUCCEEDED' },
        startedOnceOrParked: true,
        starts: 1,
        sentStarts: 1,
      });
    }
    expect(nth).toBeGreaterThan(12);
  });
});

/** All events of two runs, each redriven once, oldest first. */
const facts = ['r1', 'r2'].flatMap((name, at) =>
  [
    { status: 'RUNNING', redriveCount: 0 },
    { status: 'FAILED', redriveCount: 0 },
    { status: 'RUNNING', redriveCount: 1 },
    { status: 'SUCCEEDED', redriveCount: 1 },
  ].map((detail, step) => ({
    value: `${name} ${detail.redriveCount} ${detail.status}`,
    event: anExecutionEvent({
      ...detail,
      name,
      executionArn: `${arn}:${name}`,
      startDate: startedAtMs + at * 3_600_000,
      ...(detail.status !== 'RUNNING' && {
        stopDate: startedAtMs + at * 3_600_000 + (step + 1) * 60_000,
      }),
    }),
  })),
);
const newest = facts.at(-1)?.value;

const tellingAll = aRoute({
  actions: Object.fromEntries(
    ['RUNNING', 'FAILED', 'SUCCEEDED'].map((status) => [
      status,
      [
        {
          kind: 'SET_GLOBAL',
          fields: {
            globalVariable: ['AWS_SETTLEMENT'],
            value: [
              { field: 'executionName' },
              ' ',
              { field: 'redriveCount' },
              ' ',
              { field: 'status' },
            ],
          },
        },
      ],
    ]),
  ),
});

describe('events in any order, some repeated, over three sandboxes', () => {
  /** Sent and confirmed states, as positions in the order of the events. */
  type Step = { readonly did: 'sent' | 'confirmed'; readonly fact: number };

  const placeOf = (value: string) => facts.findIndex((fact) => fact.value === value);

  function recording(rig: Rig, steps: Step[]): Table {
    return {
      ...rig.table,
      put: async (row, seen) => {
        const revision = await rig.table.put(row, seen);
        const entry = row.body as Partial<Entry>;
        if (revision !== undefined && entry.stage === 'confirmed') {
          const value = entry.event?.kind === 'SET_GLOBAL' ? entry.event.value : '';
          steps.push({ did: 'confirmed', fact: placeOf(value) });
        }
        return revision;
      },
    };
  }

  const deliveries = fc
    .array(fc.constantFrom(...facts), { maxLength: 8 })
    .chain((repeated) =>
      fc.shuffledSubarray([...facts, ...repeated], { minLength: facts.length + repeated.length }),
    );
  const troubles = fc.array(fc.constantFrom<'unreachable' | 'unknown'>('unreachable', 'unknown'), {
    maxLength: 4,
  });

  test('end at the newest state, and no older state is sent after a newer one was confirmed', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, troubles, fc.scheduler(), async (events, bad, scheduler) => {
        const rig = aRig({ routes: [tellingAll] });
        const steps: Step[] = [];
        rig.autosys.answers.push(...bad.map(toAnswer));
        const around: Around = async (call) => {
          await scheduler.schedule(Promise.resolve());
          return call();
        };
        const table = wrapTable(recording(rig, steps), around);
        const noted: Autosys['port'] = {
          ...rig.autosys.port,
          sendEvent: (event, options) => {
            const value = event.kind === 'SET_GLOBAL' ? event.value : '';
            steps.push({ did: 'sent', fact: placeOf(value) });
            return rig.autosys.port.sendEvent(event, options);
          },
        };
        const port = wrapPort(noted, around);
        const sandboxes = [1, 2, 3].map(() => rig.open({ table, port }));

        const take = (event: AwsEvent, at: number) => sandboxes[at % 3]?.take(event);
        await scheduler.waitFor(Promise.all(events.map(({ event }, at) => take(event, at))));
        await drainUntilQuiet(rig);

        const shown = rig.autosys.globalVariable;
        const open = await readDue(rig.table);
        // Sent twice with an unknown outcome: it is not sent a third time, and waits for its
        // deadline.
        const isGivenUp = open.some(({ sent }) => sent?.sends === 2);
        if (!isGivenUp) expect(shown).toEqual({ kind: 'value', value: newest });
        expect(open.filter(({ sent }) => sent?.sends !== 2)).toEqual([]);
        // An older state that was sent after the newest one allows one more send.
        const isLate = rig.table.written.some(({ body }) =>
          (body as Partial<Entry>).history?.some(({ text }) => text.startsWith('an older request')),
        );
        const sends = rig.autosys.values.filter((value) => value === newest).length;
        const unarrived = bad.filter((trouble) => trouble === 'unreachable').length;
        expect(sends - unarrived).toBeLessThanOrEqual(isLate ? 3 : 2);
        expect(steps.filter((step, at) => isStale(step, steps.slice(0, at)))).toEqual([]);
      }),
    );
  });

  function isStale({ did, fact }: Step, before: readonly Step[]): boolean {
    return did === 'sent' && before.some((step) => step.did === 'confirmed' && step.fact > fact);
  }

  function toAnswer(trouble: 'unreachable' | 'unknown'): Error {
    return trouble === 'unreachable' ? unreachable() : unknown();
  }
});
