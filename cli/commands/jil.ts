import { AutosysRefusedError } from '../../autosys/errors.ts';
import type { Source } from '../../autosys/source.ts';
import { checkJil } from '../check-jil.ts';
import { defineCommand } from '../command.ts';
import { type Connection, connect, connectionOptions } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { readSource } from '../files.ts';
import type { Io } from '../io.ts';
import { printDirectCalls } from '../proxy.ts';
import { printJson, printLines, printNotes } from '../render.ts';

/** Loads definitions through the web services, as AutoSys's own jil does. */
export const jil = defineCommand({
  name: 'jil',
  summary: 'checks JIL and loads it into AutoSys',
  options: {
    ...connectionOptions,
    'no-check': { type: 'boolean', about: 'load it as it is, and leave all checking to AutoSys' },
  },
  positionals: { value: '[FILE…]', about: 'JIL; stdin without a file, and for -' },
  notes: [
    'All files are checked before the first is sent. Then one after the other is loaded, and the first that AutoSys refuses is the last; what it printed until then has happened.',
  ],
  examples: ['jil night.jil', 'jil < night.jil'],
  run: async ({ options, positionals, json, io }) => {
    await using connection = connect('jil', options, io);
    printDirectCalls(io, connection.endpoints, json);
    const paths = positionals.length > 0 ? positionals : ['-'];
    const sources = await Promise.all(paths.map((path) => readSource(io, path)));
    if (!options['no-check']) for (const source of sources) checkJil(source, { io, json });
    const loaded: Loaded[] = [];
    for (const source of sources) {
      const outcome = await load(source, connection, io);
      loaded.push(outcome);
      if (!json) printLines(io.stdout, outcome.messages);
      if (!outcome.ok) break;
    }
    if (json) printJson(io.stdout, { files: loaded });
    return toCode(loaded, sources.length, { io, json });
  },
});

interface Loaded {
  readonly file: string;
  readonly ok: boolean;
  /** The word of the reply; absent where the request itself was refused. */
  readonly status?: string;
  readonly messages: readonly string[];
}

async function load(
  { name: file, text }: Source,
  { client }: Connection,
  { signal }: Io,
): Promise<Loaded> {
  try {
    const { status, messages } = await client.loadJil(text, { signal });
    return { file, ok: true, status, messages };
  } catch (error) {
    // With messages it is jil that speaks; without, the web services refused the request.
    if (!(error instanceof AutosysRefusedError) || error.messages.length === 0) throw error;
    return { file, ok: false, messages: error.messages };
  }
}

function toCode(
  loaded: readonly Loaded[],
  asked: number,
  { io, json }: { readonly io: Io; readonly json: boolean },
): ExitCode {
  const refused = loaded.find(({ ok }) => !ok);
  if (!refused) return exitCodes.done;
  const left = asked - loaded.length;
  const rest =
    left === 0 ? '' : `; ${left} more ${left === 1 ? 'file was' : 'files were'} not sent`;
  printNotes(io, [`AutoSys refused statements of ${refused.file}${rest}`], json);
  return exitCodes.refused;
}
