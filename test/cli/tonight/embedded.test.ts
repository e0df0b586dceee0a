import { expect, test } from 'vitest';
import {
  changeInstanceNames,
  withFile,
  withTimezones,
} from '../../../lambda/ledger/instance-names.ts';
import type { SearchableTable } from '../../../lambda/ledger/table.ts';
import { type Bridge, buildBridge } from '../../support/bridge.ts';
import { anExecutionEvent, namesOfRun } from '../../support/builders.ts';
import { ace, readFacts } from './rig.ts';

const routes = '  - { name: settlement, from: { stateMachine: settlement }, global: AWS_RUN }';

/** The screen on the clock and the ledger of a bridge. */
async function readScreenOf({ autosys, table }: Bridge): Promise<string> {
  // Safe: the table in memory can be searched.
  const searchable = table as unknown as SearchableTable;
  const { text } = await readFacts(searchable, { instance: ace, clock: autosys.clock });
  return text;
}

const isRunning = (name: string) =>
  anExecutionEvent({ ...namesOfRun(name), status: 'RUNNING', stopDate: null });

test('a night with an outage is on the screen from its begin to its end', async () => {
  await using bridge = await buildBridge({ jil: '', routes });
  const { autosys, sandbox, table } = bridge;
  const now = () => autosys.clock.now();
  await changeInstanceNames({ table, now }, (names) =>
    withTimezones(withFile(names, ['ACE']), { ACE: 'Europe/Zurich' }),
  );

  const before = await readScreenOf(bridge);
  await autosys.emulator.goDown();
  await sandbox.take([isRunning('run-1')]);
  const failed = await readScreenOf(bridge);
  for (let drains = 0; drains < 5; drains += 1) {
    await autosys.clock.advance(300_000);
    await sandbox.drain();
  }
  const open = await readScreenOf(bridge);
  await autosys.emulator.comeBack();
  await autosys.clock.advance(400_000);
  await sandbox.drain();
  const after = await readScreenOf(bridge);

  expect(before).toContain('effects that wait: 0');
  expect(failed).toMatch(/SET_GLOBAL AWS_RUN=RUNNING {2}the last try failed: .*, next try \d\d:/);
  expect(open).toMatch(/ACE {2}circuit breaker open since .*, next try .*refused/);
  expect(open).toMatch(/SET_GLOBAL AWS_RUN=RUNNING {2}circuit breaker open/);
  expect(open).toMatch(/\n {2}settlement execution run-1 {2}RUNNING since /);
  expect(after).toContain('ACE  no outage');
  expect(after).toContain('effects that wait: 0');
  expect(after).toContain('runs in AWS that have not ended: 1');
});
