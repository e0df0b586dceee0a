import { describe, expect, test } from 'vitest';
import type { ApiOutcome } from '../../../../cli/agent/api/outcome.ts';
import { createLineReader, maxLineLength } from '../../../../cli/agent/log/line-reader.ts';
import { createMiddleCut } from '../../../../cli/agent/log/middle-cut.ts';
import { logReading, printRunLog } from '../../../../cli/agent/log/print-log.ts';
import type { LogAnswer } from '../../../../lambda/launch/api.ts';
import { createVirtualClock, testStart } from '../virtual-clock.ts';

describe('the lines of a log', () => {
  test('may continue on the next page', () => {
    const reader = createLineReader();

    expect([...reader.take('one\ntw'), ...reader.take('o\nthr'), ...reader.take('ee')]).toEqual([
      'one',
      'two',
    ]);
    expect(reader.rest()).toEqual(['three']);
  });

  test('may end with a carriage return, or be empty', () => {
    expect(createLineReader().take('one\r\n\ntwo\n')).toEqual(['one', '', 'two']);
  });

  test('are escaped, except tabs', () => {
    expect(createLineReader().take('\u001b[31mred\u001b[0m\ta\u0007\u202e\n')).toEqual([
      '\\u001b[31mred\\u001b[0m\ta\\u0007\\u202e',
    ]);
  });

  test('are cut with a mark, also over several pages', () => {
    const reader = createLineReader();
    const page = 'x'.repeat(262_144);

    reader.take(page);
    reader.take(page);
    reader.take(page);
    const [line = ''] = reader.take(`${page}\n`);

    expect(line).toBe(`${'x'.repeat(maxLineLength)} [line cut, 1048576 characters]`);
  });
});

function cutLines(lines: readonly string[], limits: { lines: number; bytes: number }) {
  const printed: string[] = [];
  const cut = createMiddleCut((line) => printed.push(line), 'all: LINK', limits);
  for (const line of lines) cut.add(line);
  cut.finish();
  return printed;
}

describe('a long log', () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => `${at + 1}`);

  test('is printed whole up to the limit', () => {
    expect(cutLines(numbers(10), { lines: 10, bytes: 1_000 })).toEqual(numbers(10));
  });

  test('loses its middle above the limit of lines', () => {
    expect(cutLines(numbers(11), { lines: 10, bytes: 1_000 })).toEqual([
      ...['1', '2', '3', '4', '5'],
      '[1 line, 1 KiB left out; all: LINK]',
      ...['7', '8', '9', '10', '11'],
    ]);
  });

  test('loses its middle above the limit of bytes', () => {
    const lines = Array.from({ length: 10 }, (_, at) => `${at}${'ä'.repeat(499)}`);

    expect(cutLines(lines, { lines: 100, bytes: 4_000 })).toEqual([
      ...lines.slice(0, 2),
      '[6 lines, 6 KiB left out; all: LINK]',
      ...lines.slice(8),
    ]);
  });
});

/** Prints a log whose pages are given, on a clock that runs by itself. */
async function printPages(
  answer: (from: string | undefined, call: number) => ApiOutcome<LogAnswer>,
  hasStragglers = true,
) {
  const clock = createVirtualClock();
  const lines: string[] = [];
  const seconds: number[] = [];
  let isWhole: boolean | undefined;
  const printing = printRunLog(
    { name: 'NAME', console: 'LINK', hasStragglers },
    {
      api: {
        log: async (_, from) => {
          seconds.push((clock.now() - testStart) / 1_000);
          return answer(from, seconds.length);
        },
      },
      clock,
      random: () => 1,
      print: (line) => void lines.push(line),
    },
  ).then((result) => {
    isWhole = result;
  });
  while (isWhole === undefined && (await clock.runNext())) {
    // The next timer continues.
  }
  await printing;
  return { lines, seconds, isWhole };
}

const page = (text: string, next: string, end: boolean): ApiOutcome<LogAnswer> => ({
  kind: 'answer',
  status: 200,
  body: { version: '1.0', text, next, end },
  retryAfterMs: undefined,
});

describe('reading a log', () => {
  test('follows the pages until the same token comes twice', async () => {
    const tokens: (string | undefined)[] = [];
    const { lines, isWhole } = await printPages((from) => {
      tokens.push(from);
      if (from === undefined) return page('one\n', 'a', false);
      return from === 'a' ? page('two\n', 'b', true) : page('', 'b', true);
    }, false);

    expect(lines).toEqual(['one', 'two']);
    expect(tokens).toEqual([undefined, 'a', 'b']);
    expect(isWhole).toBe(true);
  });

  test('waits ten seconds for lines on their way', async () => {
    const { seconds } = await printPages((from) => page(from ? '' : 'one\n', 'a', true));

    expect(seconds).toEqual([0, 0, 3, 6, 9, 12]);
  });

  test('waits again after each line on its way', async () => {
    const { lines, seconds } = await printPages((from, call) => {
      if (call === 4) return page('late\n', 'b', true);
      return page('', from ?? 'a', true);
    });

    expect(lines).toEqual(['late']);
    expect(seconds.at(-1)).toBe(18);
  });

  test('ends a minute after the end of a log that still grows', async () => {
    const { seconds } = await printPages((_, call) =>
      call % 2 === 0 ? page('more\n', `${call}`, true) : page('', `${call - 1}`, true),
    );

    expect(seconds.at(-1)).toBe(60);
  });

  test('repeats a page that was lost', async () => {
    const { lines, isWhole } = await printPages(
      (from, call) =>
        call === 1
          ? { kind: 'failed', reason: 'connection closed', isSent: true }
          : page(from ? '' : 'one\n', 'a', true),
      false,
    );

    expect({ lines, isWhole }).toEqual({ lines: ['one'], isWhole: true });
  });

  test('reports a page that cannot be read in one line', async () => {
    const { lines, isWhole } = await printPages((from) =>
      from
        ? { kind: 'failed', reason: 'connection closed', isSent: true }
        : page('one\n', 'a', false),
    );

    expect(lines).toEqual(['one', '[log incomplete: connection closed; all: LINK]']);
    expect(isWhole).toBe(false);
  });

  test('reports a missing stream in one line', async () => {
    const { lines, seconds } = await printPages(() => ({
      kind: 'refused',
      status: 404,
      exit: 69,
      lines: ['error: no log stream X (NO_LOG)', 'fix'],
      isFinal: true,
    }));

    expect(lines).toEqual(['[log incomplete: no log stream X (NO_LOG); all: LINK]']);
    expect(seconds).toHaveLength(1);
  });

  test('is bounded', async () => {
    const { lines, seconds } = await printPages((_, call) =>
      page(`${call}\n`.repeat(1_000), `${call}`, false),
    );

    expect(seconds).toHaveLength(logReading.pages);
    expect(lines).toHaveLength(5_002);
    expect(lines[2_500]).toMatch(/^\[395000 lines, \d+ KiB left out; all: LINK\]$/);
    expect(lines.at(-2)).toBe('400');
    expect(lines.at(-1)).toContain('more than 400 pages');
  });
});
