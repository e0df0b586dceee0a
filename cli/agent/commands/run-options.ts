import type { Options } from '../../command.ts';
import type { AgentInvocation } from '../agent-command.ts';
import { agentConnectionOptions } from '../settings.ts';

/** Options of `run`. */
export const runOptions = {
  param: {
    type: 'string',
    value: 'NAME=VALUE',
    multiple: true,
    about: 'parameter of the target, such as date=2026-11-20',
  },
  input: {
    type: 'string',
    value: 'FILE|-',
    about: 'JSON input of a target with `input: given`; - reads stdin',
  },
  detach: { type: 'boolean', about: 'start the run, print its name, and do not wait for it' },
  attach: {
    type: 'string',
    value: 'NAME',
    about: 'wait for the run with this name; nothing is started',
  },
  timeout: {
    type: 'string',
    value: 'TIME',
    about: 'stop the run after this time and end with 124, such as 90s, 30m, 4h or 1h30m',
  },
  logs: {
    type: 'string',
    value: 'all|failed|none',
    about: 'which runs print their log after the end (default: failed)',
  },
  again: { type: 'boolean', about: 'start another run, although this job run has started one' },
  key: {
    type: 'string',
    value: 'KEY',
    about: 'identity of a run outside AutoSys, instead of $AUTO_JOB_NAME and $AUTORUN',
  },
  direct: {
    type: 'boolean',
    about: 'call AWS with the credentials of this host',
  },
  targets: {
    type: 'string',
    value: 'FILE',
    env: 'AUTOSYS_BRIDGE_TARGETS',
    about: 'route file, for --direct',
  },
  ...agentConnectionOptions,
} as const satisfies Options;

/** Input of `run`. */
export type RunInvocation = AgentInvocation<typeof runOptions>;
