import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { askWorlds } from '../play/control-client.ts';
import type { IncidentResult } from '../play/incidents.ts';
import { printJson, printLines } from '../render.ts';

/** `mend`: ends everything that `break` did. */
export const mend = defineCommand({
  name: 'mend',
  summary: 'ends everything that `break` did in the embedded worlds',
  options: {},
  notes: ['For the embedded worlds that `demo` or `play` keeps running.'],
  examples: ['mend'],
  run: async ({ json, io }) => {
    const { lines } = await askWorlds<IncidentResult>('mend', {}, io);
    if (json) printJson(io.stdout, { done: lines });
    else printLines(io.stdout, lines);
    return exitCodes.done;
  },
});
