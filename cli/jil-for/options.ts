import type { Options, Values } from '../command.ts';
import { programName } from '../command-prefix.ts';
import { jilWays } from './ways.ts';

/** The options of `jil-for`. */
export const jilForOptions = {
  config: { type: 'string', value: 'FILE', about: 'route file, such as bridge.yaml; - for stdin' },
  way: {
    type: 'string',
    value: 'WAY',
    multiple: true,
    about: `way to print: ${jilWays.join(', ')} (default: each that the target has)`,
  },
  prefix: {
    type: 'string',
    value: 'TEXT',
    about:
      'text before the name of the target in the names of its jobs, such as NIGHT_ (default: from the jobs of its callers)',
  },
  name: {
    type: 'string',
    value: 'TARGET=NAME',
    multiple: true,
    about: 'name of the jobs of one target, before their suffixes',
  },
  param: {
    type: 'string',
    value: 'NAME=VALUE',
    multiple: true,
    about:
      'value of a parameter, such as date=2026-11-30, or a global variable, such as date=$$EOD_DATE (default: a variable for each target)',
  },
  success: {
    type: 'string',
    value: 'TARGET=CODES',
    multiple: true,
    about: 'exit codes of a target that are no failure besides 0, such as settlement=4,10-12',
  },
  notify: {
    type: 'string',
    value: 'JOB',
    multiple: true,
    about:
      'print, instead of the jobs of targets, a job that tells the bridge of the end of JOB, for which a state machine waits',
  },
  instance: {
    type: 'string',
    value: 'NAME',
    about: 'AutoSys instance of the jobs of --notify (default: the only one in the route file)',
  },
  machine: { type: 'string', value: 'NAME', about: 'machine of the jobs (default: agent-1)' },
  owner: { type: 'string', value: 'USER', about: 'owner of the jobs (default: batch)' },
  profile: {
    type: 'string',
    value: 'FILE',
    about: `profile on the agent that sets URL and login file of the command (default: /etc/${programName}/profile)`,
  },
  'log-dir': {
    type: 'string',
    value: 'DIR',
    about: 'directory on the agent for the output of the jobs (default: /var/log/autosys)',
  },
} as const satisfies Options;

/** The parsed options of `jil-for`. */
export type JilForValues = Values<typeof jilForOptions>;

/** The pairs of an option, and its faults. */
export interface PairReading {
  readonly pairs: ReadonlyMap<string, string>;
  readonly faults: readonly string[];
}

/**
 * Reads the values `KEY=VALUE` of an option.
 *
 * @param known the allowed keys
 */
export function readPairs(
  option: string,
  given: readonly string[],
  known: readonly string[],
): PairReading {
  const pairs = new Map<string, string>();
  const faults: string[] = [];
  for (const text of given) {
    const at = text.indexOf('=');
    const [key, value] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
    const found = JSON.stringify(text.slice(0, 40));
    if (at === -1 || value === '') {
      faults.push(`${option} ${found}: expected KEY=VALUE`);
    } else if (!known.includes(key)) {
      const allowed = known.length === 0 ? 'none, because no target has one' : known.join(', ');
      faults.push(`${option} ${found}: unknown name before the equals sign, allowed: ${allowed}`);
    } else if (pairs.has(key)) {
      faults.push(`${option} ${found}: ${key} is given twice, allowed: once`);
    } else pairs.set(key, value);
  }
  return { pairs, faults };
}
