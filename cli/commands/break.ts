import { defineCommand } from '../command.ts';
import { CommandLineError, exitCodes } from '../exit-code.ts';
import { askWorlds } from '../play/control-client.ts';
import { incidentKinds } from '../play/incident-kinds.ts';
import type { BreakRequest, IncidentResult } from '../play/incidents.ts';
import { printJson, printLines } from '../render.ts';

const kinds = Object.entries(incidentKinds).map(([kind, meaning]) => `${kind}: ${meaning}`);

/** `break`: breaks the embedded AutoSys in one of five ways. */
export const breakCommand = defineCommand({
  name: 'break',
  summary: 'breaks the AutoSys of the embedded worlds, until `mend`',
  options: {
    instance: {
      type: 'string',
      value: 'ACE',
      about: 'AutoSys instance to break (default: every instance)',
    },
  },
  positionals: {
    value: 'KIND [JOB]',
    about: `one of ${Object.keys(incidentKinds).join(', ')}; for the kind job its name`,
  },
  usage: 'KIND [JOB] [--instance ACE] [options]',
  notes: ['For the embedded worlds that `demo` or `play` keeps running.', `${kinds.join('. ')}.`],
  examples: ['break down', 'break login', 'break job FX_RATES_ALERT', 'mend'],
  run: async ({ options: { instance }, positionals, json, io }) => {
    const [kind, job, ...more] = positionals;
    if (kind === undefined || more.length > 0) {
      throw new CommandLineError('break', [
        `expected KIND [JOB], found ${positionals.length} arguments; kinds: ${Object.keys(incidentKinds).join(' ')}`,
      ]);
    }
    const request: BreakRequest = {
      kind,
      ...(job !== undefined && { job }),
      ...(instance !== undefined && { instance }),
    };
    const { lines } = await askWorlds<IncidentResult>('break', request, io);
    if (json) printJson(io.stdout, { done: lines });
    else printLines(io.stdout, lines);
    return exitCodes.done;
  },
});
