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

/** `jil`: loads definitions through the web services, like AutoSys's own jil. */
export const jil = defineCommand({
  name: 'jil',
  summary: 'checks JIL and loads it into AutoSys',
  options: {
    ...connectionOptions,
    'no-check': { type: 'boolean', about: 'load without a check; only AutoSys checks the JIL' },
  },
  positionals: { value: '[FILE…]', about: 'JIL files; - or no file for stdin' },
  notes: [
    'All files are checked before the first one is sent. Then the files are loaded in order. Loading stops at the first file that AutoSys rejects; statements that it reported as successful before stay in effect.',
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
  /** The status in the reply. Absent if the request was rejected. */
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
    // With messages, jil rejected the statements; without, the web services rejected the request.
    if (!(error instanceof AutosysRefusedError) || error.messages.length === 0) throw error;
    return { file, ok: false, messages: error.messages };
  }
}

function toCode(
  loaded: readonly Loaded[],
  total: number,
  { io, json }: { readonly io: Io; readonly json: boolean },
): ExitCode {
  const rejected = loaded.find(({ ok }) => !ok);
  if (!rejected) return exitCodes.done;
  const notSent = total - loaded.length;
  const rest =
    notSent === 0 ? '' : `; ${notSent} more ${notSent === 1 ? 'file was' : 'files were'} not sent`;
  printNotes(io, [`AutoSys rejected statements of ${rejected.file}${rest}`], json);
  return exitCodes.rejected;
}
