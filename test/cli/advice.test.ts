import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseJobName } from '../../autosys/names.ts';
import { commandPrefix } from '../../cli/command-prefix.ts';
import { adviceByCode, advise } from '../../cli/ledger/advice.ts';
import type { StoredEntry } from '../../cli/ledger/stored-entry.ts';
import { admit } from '../../lambda/ledger/admit.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { toRow } from '../../lambda/ledger/entry-row.ts';
import { park } from '../../lambda/ledger/settle.ts';
import {
  aContext,
  aOneShotRequest,
  aStateRequest,
  aToggleRequest,
} from '../lambda/ledger/requests.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Codes of the bridge that delay an entry and never park it. */
const neverParks = ['BRIDGE_NOT_VISIBLE', 'BRIDGE_LEASE_SHORT'];

/** Every code that can park an entry: rejections by AutoSys, and those of the bridge. */
async function findParkingCodes(): Promise<readonly string[]> {
  const rejections = [
    ...read('autosys/errors.ts').matchAll(/code = '(\w+)';\s+readonly disposition = 'reject'/g),
  ].map(([, code = '']) => code);
  const own: string[] = [];
  for await (const file of glob('lambda/{report,ledger,delivery,login}/**/*.ts', { cwd: root })) {
    own.push(...[...read(file).matchAll(/'(BRIDGE_[A-Z_]+)'/g)].map(([, code = '']) => code));
  }
  return [...new Set([...rejections, ...own])].filter((code) => !neverParks.includes(code)).sort();
}

function toStoredEntry(entry: Entry, code: string): StoredEntry {
  const parked = park(entry, 0, { code, reason: 'because' });
  const row = { ...toRow(parked, 0), revision: 1 };
  return { key: row.key, row, entry: parked };
}

function entryOf(request: Parameters<typeof admit>[1]): Entry {
  const result = admit(undefined, request, aContext());
  if (result.kind !== 'take') throw new Error(result.kind);
  return result.entry;
}

describe('the advice for a parked entry', () => {
  test('exists for every code that can park an entry, and for no other', async () => {
    expect(Object.keys(adviceByCode).sort()).toEqual(await findParkingCodes());
  });

  test.for(Object.keys(adviceByCode))(
    'for %s contains what happened, what to do and a command',
    (code) => {
      const { happened, toDo, command } = advise(toStoredEntry(entryOf(aOneShotRequest()), code));

      for (const text of [happened, toDo]) expect(text).toMatch(/^[^.]{20,}$/);
      expect(command.startsWith(`${commandPrefix} `)).toBe(true);
      expect(command.slice(commandPrefix.length)).toMatch(/^ (?:replay|parked|autorep) /);
    },
  );

  test.for([
    {
      request: aStateRequest(),
      command: "replay 'state ACE global AWS_SETTLEMENT'",
    },
    {
      request: aOneShotRequest(),
      command: "replay 'once ACE FORCE_STARTJOB job=REPAIR run-a 0 FAILED' --yes",
    },
    {
      request: aToggleRequest(),
      command: "replay 'switch ACE job LATER hold' --yes",
    },
  ])('has the key, and --yes if the event may act twice: $command', ({ request, command }) => {
    expect(advise(toStoredEntry(entryOf(request), 'AUTOSYS_REFUSED')).command).toBe(
      `${commandPrefix} ${command}`,
    );
  });

  test('starts with a report on the job if the outcome is unknown', () => {
    const event = { kind: 'KILLJOB', job: parseJobName('#1') } as const;
    const stored = toStoredEntry(
      entryOf({ ...aOneShotRequest(), event }),
      'BRIDGE_OUTCOME_UNKNOWN',
    );

    expect(advise(stored).command).toBe(`${commandPrefix} autorep -J "#1" -d`);
  });

  test('is general for a code of newer software', () => {
    expect(advise(toStoredEntry(entryOf(aStateRequest()), 'BRIDGE_TOMORROW')).command).toBe(
      `${commandPrefix} parked 'state ACE global AWS_SETTLEMENT'`,
    );
  });
});
