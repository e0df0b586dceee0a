import { type AutorepQuery, parseAutorep } from '../../autosys/autorep/index.ts';
import { AutorepUsageError } from '../../autosys/usage.ts';
import type { Deps } from '../deps.ts';
import { reportGlobals } from './autorep-globals.ts';
import { reportJobs } from './autorep-jobs.ts';
import { reportMachines } from './autorep-machines.ts';
import { type Printed, unsupportedOption } from './command.ts';

/** Options for a login; ignored, because Basic authentication already identifies the user. */
const harmlessOptions: readonly string[] = ['-usr', '-pw', '-pwx', '-saml'];

/** `autorep`: jobs, global variables and machines, in the layouts of the 11.3.6 reference. */
export function createAutorep({ instance }: Pick<Deps, 'instance'>) {
  return function autorep(argv: readonly string[]): Printed {
    const query = readQuery(argv);
    if ('stdErr' in query) return query;
    return refuse(query) ?? report(instance, query);
  };
}

function readQuery(argv: readonly string[]): AutorepQuery | { readonly stdErr: readonly string[] } {
  try {
    return parseAutorep(argv);
  } catch (error) {
    if (error instanceof AutorepUsageError) return { stdErr: error.message.split('\n') };
    throw error;
  }
}

function refuse({ unsupported, report, showTimezone }: AutorepQuery): Printed | undefined {
  const [option] = unsupported.filter((name) => !harmlessOptions.includes(name));
  if (option !== undefined)
    return unsupportedOption(`autorep ${option}`, 'use only the other options');
  if (report === 'override') return unsupportedOption('autorep -o', 'overrides are not emulated');
  return showTimezone
    ? unsupportedOption('autorep -t', 'all times are in the timezone of the instance')
    : undefined;
}

function report(instance: Deps['instance'], query: AutorepQuery): Printed {
  const { kind, name } = query.subject;
  switch (kind) {
    case 'job':
      return reportJobs(instance, query);
    case 'globalVariable':
      return reportGlobals(instance, name);
    case 'machine':
      return reportMachines(instance, name);
    default:
      return unsupportedOption(
        `autorep for a ${kind}`,
        'only jobs, global variables and machines are reported',
      );
  }
}
