import { expect, test } from 'vitest';
import type { ListMapChildren } from '../../../lambda/aws/stop-result.ts';
import { readMapChildren } from '../../../lambda/launch/stop/list-children.ts';
import type { StopNodeFacts } from '../../../lambda/launch/stop/stop-calls.ts';
import type { StopNode } from '../../../lambda/launch/stop/stop-record.ts';

const foundMs = 1_000_000;
const mapRun: StopNode = { kind: 'mapRun', id: 'map-run', depth: 0, foundMs };
const definition = JSON.stringify({ Resource: 'arn:aws:states:::states:startExecution' });

/** A Map Run with one child that ends at an instant. Lists of ended children lag 14 s behind. */
function aMapRun(endsAtMs: number) {
  let nowMs = foundMs;
  const listMapChildren: ListMapChildren = async ({ status }) => {
    const asOfMs = status === 'RUNNING' ? nowMs : nowMs - 14_000;
    const shown = asOfMs < endsAtMs ? 'RUNNING' : 'SUCCEEDED';
    return { kind: 'found', items: shown === status ? ['child'] : [] };
  };
  const calls = {
    listMapChildren,
    describeMapRun: async () => ({ kind: 'found', executionArn: 'parent', notAborted: 1 }),
    readDefinition: async () => ({ kind: 'found', definition }),
  };
  const facts = {
    calls,
    pace: (makeCall: () => Promise<unknown>) => makeCall(),
    now: () => new Date(nowMs),
    signal: new AbortController().signal,
  } as unknown as StopNodeFacts;
  return {
    /** What the Map Run shows some time after it was found. */
    readAfter: async (ms: number, node = mapRun) => {
      nowMs = foundMs + ms;
      return readMapChildren(facts, node);
    },
  };
}

test('a child that is missing in both lists of one instant is found by the next ones', async () => {
  const { readAfter } = aMapRun(foundMs + 10_000);

  const first = await readAfter(15_000);
  const endedFromMs = first.endedFromMs ?? 0;
  const early = await readAfter(25_000, { ...mapRun, endedFromMs });
  const last = await readAfter(30_000, { ...mapRun, endedFromMs });

  const why = 'its ended children may have started others, and are listed next';
  expect(first).toEqual({ children: [], why, endedFromMs: foundMs + 30_000 });
  expect(early).toEqual({ children: [], why });
  expect(last).toEqual({ children: [{ kind: 'execution', id: 'child', endedAs: 'SUCCEEDED' }] });
});

test('a child that still runs is listed at once, without its end', async () => {
  const { readAfter } = aMapRun(foundMs + 60_000);

  const { children, why } = await readAfter(1_000);

  expect(children).toEqual([{ kind: 'execution', id: 'child' }]);
  expect(why).toBe('its list may not be complete yet');
});
