import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Words and phrases that make a reader guess, each with what to write instead. */
const habits: readonly (readonly [pattern: string, instead: string])[] = [
  ['nobody|somebody|anybody|whoever', 'the actor: the report function, the operator, AutoSys'],
  ['so many|so long as|for ever|far shore|by turns', 'a number, a limit, "alternately"'],
  ['told of|tells of|stands there|stood there|what stands', 'a verb of the field: logged, stored'],
  ['comes? again|lets? go of|looks? first', 'is redelivered, releases, reads back first'],
  ['powers', 'dependencies'],
  ['wish|wishes', 'request'],
  ['one-offs?', 'one-shot effect'],
  ['hears|unheard', 'matches'],
  ['gates?', 'circuit breaker'],
  ['story|stories', 'history'],
  ['elders?', 'predecessor'],
  ['mischief|mishaps?', 'fault injection, fault'],
  ['sayable|unsayable', 'valid or invalid effect'],
  ['announces?|announced|announcing|announcements?', 'emits an event; event'],
  ['patience', 'client timeouts, time limit'],
  ['whereabouts', 'location'],
  ['twins?|rivalry|rivals?', 'duplicates, conflicts'],
  ['turnstile|upshot|stand-ins?|foresaw|foreseen', 'the term of the field'],
  ['noise', 'jitter'],
];

/** Where a word is a term of its own, by file. */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  'test/law/words.test.ts': habits.map(([pattern]) => pattern),
  // The old names of metrics, log lines and fields.
  'CHANGELOG.md': ['gates?', 'story|stories'],
};

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.(?:ts|cjs|md|yaml)$/.test(file));

test.for(habits)('no file says %s', ([pattern, instead]) => {
  const word = new RegExp(`(?<![\\w-])(?:${pattern})(?![\\w-])`, 'i');

  const found = files
    .filter((file) => !exceptions[file]?.includes(pattern))
    .flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, at) =>
          word.test(line) ? [`${file}:${at + 1} ${line.trim()} (write: ${instead})`] : [],
        ),
    );

  expect(found).toEqual([]);
});
