import { describe, expect, test } from 'vitest';
import { wireProfiles } from '../../autosys/client/index.ts';
import { parseComment, parseGlobalName, parseGlobalValue } from '../../autosys/names.ts';
import { embedAutosys } from '../support/emulator.ts';
import { type ContractedAutosys, findRealAutosys } from '../support/real-autosys.ts';

/** No job waits for this variable, so setting it has no effect. */
const scratch = parseGlobalName('AUTOSYS_BRIDGE_CONTRACT');

/** Values that are special in JSON, URLs, shells, columns of autorep, and CAUAJM lines. */
const values = [
  'SUCCEEDED',
  'a=b=c',
  '=',
  'two  blanks  inside',
  ' blanks around ',
  '"quoted" and \'quoted\'',
  '100 % of $HOME, `date` and \\n',
  '#1 & <b> | ; ~ * ?',
  '-C',
  'Zürich 東京 🏦',
  'CAUAJM_E_50027 Invalid Job Name: X',
  '{"job":[]}',
  'x'.repeat(100),
  '',
];

const embedded = ['standard', 'api-prefix', 'single-event', 'command-run'] as const;
const { readGlobalVariable } = wireProfiles['command-run'];
const real = findRealAutosys(process.env);

/**
 * Each AutoSys that can read a variable: the embedded ones of release 12, and a real one if given.
 */
const autosyses: readonly { readonly name: string; open(): Promise<ContractedAutosys> }[] = [
  ...embedded.map((profile) => ({
    name: `embedded, ${profile}`,
    open: () =>
      embedAutosys({
        profiles: [...new Set([profile, 'command-run'] as const)],
        client: {
          profile: { ...wireProfiles[profile], ...(readGlobalVariable && { readGlobalVariable }) },
        },
      }),
  })),
  ...(real ? [{ name: 'real', open: async () => real }] : []),
];

describe.for(autosyses)('a global variable ($name)', ({ open }) => {
  test('has exactly the value that it was set to', async () => {
    await using autosys = await open();
    const { client } = autosys;

    const found: unknown[] = [];
    for (const text of values) {
      await client.sendEvent({
        kind: 'SET_GLOBAL',
        globalVariable: scratch,
        value: parseGlobalValue(text),
        comment: parseComment(`set to ${text}`),
      });
      await autosys.act();
      found.push(await client.readGlobalVariable(scratch));
    }

    expect(found).toEqual(values.map((value) => ({ kind: 'value', value })));
  });
});
