import { NameError } from '../../autosys/errors.ts';
import { printJil, readJil, readJobStatement } from '../../autosys/jil/index.ts';
import { programName } from '../command-prefix.ts';
import type { JilForValues } from './options.ts';

/** Attributes that all jobs with a process have. */
export interface JilSettings {
  readonly machine: string;
  readonly owner: string;
  readonly profile: string;
  /** Without a slash at its end. */
  readonly logDirectory: string;
}

/** Reads the options of the jobs. Each value is checked as AutoSys checks it. */
export function readJilSettings(options: JilForValues, faults: string[]): JilSettings {
  const { machine = 'agent-1', owner = 'batch' } = options;
  const { profile = `/etc/${programName}/profile` } = options;
  const directory = options['log-dir'] ?? '/var/log/autosys';
  const attributes = { machine, owner, profile, 'log-dir': directory };
  for (const [option, value] of Object.entries(attributes)) {
    const fault = findSettingFault(option === 'log-dir' ? 'std_out_file' : option, value);
    if (fault !== undefined) faults.push(`--${option}: ${fault}`);
  }
  return { machine, owner, profile, logDirectory: directory.replace(/\/+$/, '') };
}

/** Longest name of a job and `.out`, after the directory. */
const reserved = '/'.padEnd(80, 'x');

function findSettingFault(name: string, value: string): string | undefined {
  const found = JSON.stringify(value.slice(0, 60));
  if (!/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value) || /["$`\\]/.test(value)) {
    return `expected printable ASCII without double quotes, dollar signs, backquotes and backslashes, found ${found}`;
  }
  try {
    const text = name === 'std_out_file' ? `>${value}${reserved}` : value;
    return findJilFault(name, text);
  } catch (error) {
    if (error instanceof NameError) return `found ${found}, allowed: ${error.allowed}`;
    throw error;
  }
}

/** The first problem that JIL has with a value. */
function findJilFault(name: string, value: string): string | undefined {
  const given = { name, value };
  const attributes = [
    { name: 'job_type', value: 'CMD' },
    ...(name === 'machine' ? [] : [{ name: 'machine', value: 'm' }]),
    given,
  ];
  const text = printJil([{ subcommand: 'insert_job', object: 'X', attributes }]);
  const source = { name: 'options', text };
  const { script, problems } = readJil(source);
  const ofJobs = script.statements.flatMap((one) => readJobStatement(one, source).problems);
  return [...problems, ...script.warnings, ...ofJobs][0]?.message.replace(/^\w+: /, '');
}
