import { defineAgentCommand } from '../agent-command.ts';
import { createLineWriter } from '../agent-output.ts';
import { callRepeatedly } from '../call-repeatedly.ts';
import { logLimits } from '../log/middle-cut.ts';
import { printRunLog } from '../log/print-log.ts';
import { agentConnectionOptions } from '../settings.ts';
import { isRunOver } from '../wait/lines.ts';
import { requestExitCodes, runNameArgument, withLaunchClient } from './open-api.ts';
import { toAgentError } from './to-agent-error.ts';

/** `log`: prints the log of a run. */
export const logOfRun = defineAgentCommand({
  name: 'log',
  summary: 'prints the log of a run in AWS',
  options: agentConnectionOptions,
  positionals: runNameArgument,
  usage: 'NAME [options]',
  notes: [
    `Prints at most ${logLimits.lines} lines or ${logLimits.bytes / 1_048_576} MiB, and leaves out the middle of a longer log. Of a run that has not ended, prints what is there now.`,
  ],
  exitCodes: [
    ['0', 'the log was printed'],
    ['1', 'a part of the log could not be read; the last line says why'],
    ...requestExitCodes,
  ],
  examples: ['log PAY_EOD-r1620t1-ACE'],
  run: async ({ options, positionals, io }) =>
    withLaunchClient({ options, positionals, io }, {}, async (api, name) => {
      const outcome = await callRepeatedly(io, () => api.poll(name, undefined));
      if (outcome.kind !== 'answer') throw toAgentError(outcome);
      const { console: link } = outcome.body;
      const isWhole = await printRunLog(
        { name: outcome.body.name, console: link, hasStragglers: false },
        { api, clock: io.clock, random: io.random, print: createLineWriter(io.writeOut) },
      );
      if (!isRunOver(outcome.body)) {
        createLineWriter(io.writeError)('the run has not ended; more lines may follow');
      }
      return isWhole ? 0 : 1;
    }),
});
