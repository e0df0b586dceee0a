import { expect, test } from 'vitest';
import { autosysEventKinds } from '../../autosys/event.ts';
import { eventSupport } from '../../emulator/event-support.ts';

test('every event a user may send has its line in the table', () => {
  expect(Object.keys(eventSupport).sort()).toEqual([...autosysEventKinds].sort());
});

test('every line states how the event is supported', () => {
  const silent = Object.values(eventSupport).filter(({ note }) => note === '');

  expect(silent).toEqual([]);
});
