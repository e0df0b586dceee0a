import { parseArgs } from 'node:util';
import { invalidJobName } from '../answer.ts';
import type { Deps } from '../deps.ts';
import { invalidGlobalName } from './autorep-globals.ts';
import type { Printed } from './command.ts';

/**
 * `autostatus -J job` or `-G variable`: one line with the status or the value (AutoSys 11.3.6
 * reference, documented).
 */
export function createAutostatus({ instance }: Pick<Deps, 'instance'>) {
  return function autostatus(argv: readonly string[]): Printed {
    const options = readOptions(argv);
    if (!options) return usage;
    const { J: job, G: globalVariable, S: named } = options;
    if (named !== undefined && named !== instance.name) {
      return { stdErr: [`autostatus: -S: this is the instance ${instance.name}, not ${named}`] };
    }
    if (job !== undefined) return statusOf(instance, job);
    return globalVariable === undefined ? usage : readValue(instance, globalVariable);
  };
}

const usage: Printed = { stdErr: ['autostatus: expected {-J job | -G variable} [-S instance]'] };

function readOptions(argv: readonly string[]) {
  const option = (short: string) => ({ type: 'string', short }) as const;
  try {
    const options = { J: option('J'), G: option('G'), S: option('S') };
    return parseArgs({ args: [...argv], options }).values;
  } catch {
    return undefined;
  }
}

function statusOf(instance: Pick<Deps['instance'], 'job'>, name: string): Printed {
  const record = instance.job(name);
  if (!record) return { stdErr: [invalidJobName(name)] };
  return { stdOut: [record.noexec ? `${record.status}/ON_NOEXEC` : record.status] };
}

function readValue(instance: Pick<Deps['instance'], 'globalVariable'>, name: string): Printed {
  const variable = instance.globalVariable(name);
  if (!variable) return { stdErr: [invalidGlobalName(name)] };
  return { stdOut: [variable.value] };
}
