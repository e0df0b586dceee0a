import type { RestartWay } from '../../../lambda/launch/api.ts';
import { defineAgentCommand } from '../agent-command.ts';
import { createLineWriter } from '../agent-output.ts';
import type { RestartBody } from '../api/launch-api.ts';
import { callRepeatedly } from '../call-repeatedly.ts';
import { readInput, readParams } from '../input.ts';
import { agentConnectionOptions } from '../settings.ts';
import { runNameArgument, withLaunchClient } from './open-api.ts';
import { runOptions } from './run-options.ts';
import { readLogs, readTimeoutOption, toStartPlan } from './run-request.ts';
import { runAndWait, runExitCodes, toUnstarted } from './run-target.ts';
import { toAgentError } from './to-agent-error.ts';

const { param, input, detach, timeout, logs } = runOptions;

/** `restart`: restarts an ended run, waits for it, and ends with its exit code. */
export const restartRun = defineAgentCommand({
  name: 'restart',
  summary: 'continues a failed execution, or repeats a run',
  options: {
    plan: { type: 'boolean', about: 'print what a restart would do, and start nothing' },
    redrive: { type: 'boolean', about: 'only continue the execution' },
    again: { type: 'boolean', about: 'only start a new run' },
    ...{ param, input, detach, timeout, logs },
    ...agentConnectionOptions,
  },
  positionals: runNameArgument,
  usage: 'NAME [--plan] [--redrive | --again] [options]',
  notes: [
    'Continues the execution where AWS allows it, else starts a new run with the same input, under the next name. Repeat --param and --input if AWS does not show them. All else is as for `run`.',
  ],
  exitCodes: [
    ...runExitCodes,
    ...toUnstarted([
      ['65', 'the run is active or succeeded'],
      ['78', 'AWS cannot continue the run'],
    ]),
  ],
  examples: ['restart PAY_EOD-r1620t1-ACE --plan'],
  run: async ({ options, positionals, io }) => {
    const { plan, redrive, again, detach: isDetached } = options;
    const read = readParams(options.param);
    const faults = read.kind === 'faults' ? [...read.faults] : [];
    if (redrive && again) faults.push('--redrive: not allowed with --again');
    const timeLimit = readTimeoutOption(options.timeout, faults);
    const printedLogs = readLogs(options.logs, faults);
    const how: RestartWay | undefined = redrive ? 'redrive' : again ? 'again' : undefined;
    const params = read.kind === 'params' && options.param.length > 0 ? read.params : undefined;
    const given = { options, positionals, io };
    return withLaunchClient(given, { faults }, async (api, name) => {
      const json = options.input === undefined ? undefined : await readInput(io, options.input);
      const toBody = (launchId = io.newId()): RestartBody => ({
        request: { launchId, ...(how && { how }), ...(params && { params }) },
        input: json,
      });
      if (plan) {
        const outcome = await callRepeatedly(io, () => api.planRestart(name, toBody()));
        if (outcome.kind !== 'answer') throw toAgentError(outcome);
        outcome.body.text.forEach(createLineWriter(io.writeOut));
        return 0;
      }
      return runAndWait({
        io,
        // A restart is a start of the same identity under the next name.
        api: { ...api, start: ({ request }) => api.restart(name, toBody(request.launchId)) },
        input: json,
        request: {
          plan: toStartPlan({ isDetached, logs: printedLogs, timeout: timeLimit }, io),
          start: { target: '', again: true },
          find: { name },
          inputPath: undefined,
          logs: printedLogs,
          connect: async () => api,
        },
      });
    });
  },
});
