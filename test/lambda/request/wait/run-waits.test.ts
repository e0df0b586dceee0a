import { expect, test } from 'vitest';
import { parseAutosysInstance } from '../../../../autosys/names.ts';
import { createMemoryTable } from '../../../../lambda/ledger/store/memory-table.ts';
import { createRunWaits, passEveryMs } from '../../../../lambda/request/wait/run-waits.ts';

const ace = parseAutosysInstance('ACE');
const prd = parseAutosysInstance('PRD');

function aRunRig(busy: readonly string[]) {
  let nowMs = 1_000_000;
  const now = () => new Date(nowMs);
  const table = createMemoryTable({ now });
  const passed: string[] = [];
  const metered: string[] = [];
  const state: { fail?: string; during?: () => Promise<void> } = {};
  let owners = 0;
  const open = () =>
    createRunWaits({
      table,
      now,
      instances: [ace, prd],
      newLeaseId: () => {
        owners += 1;
        return `owner ${owners}`;
      },
      sleep: async (ms) => {
        nowMs += ms;
      },
      passes: {
        hasWaits: async (instance) => busy.includes(instance),
        pass: async (instance) => {
          passed.push(`${instance} ${nowMs - 1_000_000}`);
          await state.during?.();
          if (state.fail === instance) throw new Error('the table is away');
          return [];
        },
      },
      onPass: (instance) => void metered.push(instance),
    });
  const limits = (ms = 58_000) => ({
    untilMs: nowMs + ms - 10_000,
    leaseUntilMs: nowMs + ms,
    signal: new AbortController().signal,
  });
  return {
    ...{ open, passed, metered, state, limits },
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('makes two passes, 30 s apart, over the instances with waits', async () => {
  const rig = aRunRig(['ACE']);

  expect(await rig.open()(rig.limits())).toBe('worked');

  expect(rig.passed).toEqual(['ACE 0', `ACE ${passEveryMs}`]);
});

test('is idle without waits, and reports each instance as empty', async () => {
  const rig = aRunRig([]);

  expect(await rig.open()(rig.limits())).toBe('idle');

  expect(rig.passed).toEqual([]);
  expect(rig.metered).toEqual(['ACE', 'PRD']);
});

test('leaves the work to the invocation that has the lease', async () => {
  const rig = aRunRig(['ACE']);
  const found: string[] = [];
  rig.state.during = async () => {
    if (found.length === 0) found.push(await rig.open()(rig.limits()));
  };

  await rig.open()(rig.limits());

  expect(found).toEqual(['busy']);
});

test('releases the lease, also after a failure, and throws it', async () => {
  const rig = aRunRig(['ACE', 'PRD']);
  rig.state.fail = 'ACE';

  await expect(rig.open()(rig.limits())).rejects.toThrow('the table is away');
  delete rig.state.fail;

  expect(await rig.open()(rig.limits())).toBe('worked');
  expect(rig.passed.filter((one) => one.startsWith('PRD'))).toHaveLength(4);
});

test('takes over the lease of an invocation that died, when that one must be over', async () => {
  const rig = aRunRig(['ACE']);
  const found: string[] = [];
  let runs = 0;
  rig.state.during = async () => {
    runs += 1;
    if (runs > 1) return;
    // The first invocation never returns from here.
    found.push(await rig.open()(rig.limits()));
    rig.advance(58_000);
    found.push(await rig.open()(rig.limits()));
  };

  await rig.open()(rig.limits());

  expect(found).toEqual(['busy', 'worked']);
});

test('makes one pass if the time is too short for two', async () => {
  const rig = aRunRig(['ACE']);

  await rig.open()(rig.limits(40_000));

  expect(rig.passed).toEqual(['ACE 0']);
});
