import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseJobName } from '../../autosys/names.ts';
import { adviceByCode, advise } from '../../cli/ledger/advice.ts';
import type { StoredEntry } from '../../cli/ledger/kept.ts';
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

/** Codes of the bridge that say why something waits, and never park it. */
const neverParks = ['BRIDGE_NOT_VISIBLE', 'BRIDGE_LEASE_SHORT'];

/** Every code with which something can be parked: what AutoSys refuses, and what the report itself gives up. */
async function findParkingCodes(): Promise<readonly string[]> {
  const refusals = [
    ...read('autosys/errors.ts').matchAll(/code = '(\w+)';\s+readonly disposition = 'reject'/g),
  ].map(([, code = '']) => code);
  const own: string[] = [];
  for await (const file of glob('lambda/{report,ledger,delivery,login}/**/*.ts', { cwd: root })) {
    own.push(...[...read(file).matchAll(/'(BRIDGE_[A-Z_]+)'/g)].map(([, code = '']) => code));
  }
  return [...new Set([...refusals, ...own])].filter((code) => !neverParks.includes(code)).sort();
}

function keep(entry: Entry, code: string): StoredEntry {
  const parked = park(entry, 0, { code, reason: 'because' });
  const row = { ...toRow(parked, 0), revision: 1 };
  return { key: row.key, row, entry: parked };
}

function entryOf(request: Parameters<typeof admit>[1]): Entry {
  const taken = admit(undefined, request, aContext());
  if (taken.kind !== 'take') throw new Error(taken.kind);
  return taken.entry;
}

describe('the advice for what is parked', () => {
  test('is there for every code with which something can be parked, and for no other', async () => {
    expect(Object.keys(adviceByCode).sort()).toEqual(await findParkingCodes());
  });

  test.for(Object.keys(adviceByCode))(
    'for %s says what it means, what to do and a command',
    (code) => {
      const { happened, toDo, command } = advise(keep(entryOf(aOneShotRequest()), code));

      for (const text of [happened, toDo]) expect(text).toMatch(/^[^.]{20,}$/);
      expect(command).toMatch(/^autosys-bridge (?:replay|parked|autorep) /);
    },
  );

  test.for([
    {
      request: aStateRequest(),
      command: "autosys-bridge replay 'state ACE global AWS_SETTLEMENT'",
    },
    {
      request: aOneShotRequest(),
      command: "autosys-bridge replay 'once ACE FORCE_STARTJOB job=REPAIR run-a 0 FAILED' --yes",
    },
    {
      request: aToggleRequest(),
      command: "autosys-bridge replay 'switch ACE job LATER hold' --yes",
    },
  ])('names the key, and --yes where it is sent again: $command', ({ request, command }) => {
    expect(advise(keep(entryOf(request), 'AUTOSYS_REFUSED')).command).toBe(command);
  });

  test('lets a person look at the job first where the outcome is unknown', () => {
    const event = { kind: 'KILLJOB', job: parseJobName('#1') } as const;
    const kept = keep(entryOf({ ...aOneShotRequest(), event }), 'BRIDGE_OUTCOME_UNKNOWN');

    expect(advise(kept).command).toBe('autosys-bridge autorep -J "#1" -d');
  });

  test('is of some use for a code of newer software', () => {
    expect(advise(keep(entryOf(aStateRequest()), 'BRIDGE_TOMORROW')).command).toBe(
      "autosys-bridge parked 'state ACE global AWS_SETTLEMENT'",
    );
  });
});
