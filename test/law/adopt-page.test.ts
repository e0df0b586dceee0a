import { describe, expect, test } from 'vitest';
import { parseJobName } from '../../autosys/names.ts';
import { observedCheckAfterMs } from '../../lambda/ledger/observed-checks.ts';
import { readRouteFile } from '../../route-file/index.ts';
import { buildBridge } from '../support/bridge.ts';
import { anExecutionEvent } from '../support/builders.ts';
import { blocksOf, readDocument } from '../support/documents.ts';

const document = 'docs/adopt.md';
const page = readDocument(document);
const [observed, live, ...otherFiles] = blocksOf(document, 'yaml').map(({ text }) => text);
const [jobs = '', ...otherJils] = blocksOf(document, 'jil').map(({ text }) => text);
/** What the page gives to `jil`. */
const [both = '', onlyBridge = '', ...otherUpdates] = blocksOf(document, 'sh').flatMap(
  ({ text }) => /^jil <<'END'\n(.*)\nEND$/ms.exec(text.trim())?.[1] ?? [],
);
const read = (text = '') => readRouteFile({ name: 'bridge.yaml', text }, () => undefined);

describe('the route files of docs/adopt.md', () => {
  test('compile without a warning, and differ by their mode only', () => {
    const files = [read(observed), read(live)];

    expect(files.map(({ warnings }) => warnings)).toEqual([[], []]);
    const [before, after] = files.map(({ config }) => config.routes[0]);
    const { observe, ...rest } = before ?? {};
    expect(observe).toEqual({ job: 'OLD_POLL_JOB', pollsEveryMs: 2_000 });
    expect(rest).toEqual(after);
    expect([otherFiles, otherJils, otherUpdates]).toEqual([[], [], []]);
  });

  test('say how often the sweep reads the old reaction', () => {
    expect(observedCheckAfterMs).toHaveLength(7);
    expect(page).toContain('seven times at most\nwithin twelve hours');
    expect(observedCheckAfterMs.at(-1)).toBe(12 * 3_600_000);
  });
});

/** The jobs of the page, with commands and machines that the embedded AutoSys has. */
const jil = jobs
  .replaceAll(/^command:.*$/gm, 'command: sleep 5')
  .replaceAll(/^machine:.*$/gm, 'machine: host1');

/** A bridge with the live route of the page, after an update of the waiting job. */
async function buildWith(update: string) {
  const bridge = await buildBridge({ routes, jil });
  const text = `${update}\n`;
  const loaded = bridge.autosys.emulator.instance.loadJil({ name: 'update.jil', text });
  expect(loaded).toMatchObject({ ok: true });
  return bridge;
}

const routes = (live ?? '').slice((live ?? '').indexOf('routes:\n') + 'routes:\n'.length);
const startOldJob = { kind: 'FORCE_STARTJOB', job: parseJobName('OLD_POLL_JOB') } as const;

describe('the conditions of docs/adopt.md', () => {
  test('start the job once, with the later of both reactions', async () => {
    await using bridge = await buildWith(both);

    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.act();
    expect(bridge.runs('LOAD_SETTLEMENT')).toBe(0);
    await bridge.autosys.send(startOldJob);
    await bridge.autosys.clock.advance(60_000);

    expect(bridge.runs('LOAD_SETTLEMENT')).toBe(1);
  });

  test('start the job by the bridge alone', async () => {
    await using bridge = await buildWith(onlyBridge);

    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.clock.advance(60_000);

    expect(bridge.runs('LOAD_SETTLEMENT')).toBe(1);
  });

  test('may start the job twice with "|", as the page warns', async () => {
    await using bridge = await buildWith(both.replace('&', '|'));

    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.clock.advance(60_000);
    await bridge.autosys.send(startOldJob);
    await bridge.autosys.clock.advance(60_000);

    expect(page).toContain('Do not use `|`');
    expect(bridge.runs('LOAD_SETTLEMENT')).toBe(2);
  });
});
