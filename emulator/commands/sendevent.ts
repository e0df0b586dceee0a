import { parseDate } from '../../autosys/autorep/index.ts';
import {
  parseSendevent,
  type SendeventCommand,
  SendeventUsageError,
  separateFlags,
} from '../../autosys/sendevent.ts';
import { invalidJobName } from '../answer.ts';
import type { Deps } from '../deps.ts';
import { eventSupport } from '../event-support.ts';
import type { QueuedEvent } from '../instance-types.ts';
import { type Printed, unsupportedOption } from './command.ts';

type Needed = Pick<Deps, 'instance' | 'mayDo' | 'send'>;

/** `sendevent -E …`: silent where the event is stored (inferred). */
export const createSendevent =
  (powers: Needed) =>
  (argv: readonly string[]): Printed => {
    const command = readCommand(argv);
    if ('stdErr' in command) return command;
    const { event, instance, at, unsend } = command;
    const { support, note } = eventSupport[event.kind];
    if (support === 'absent') return unsupportedOption(`sendevent -E ${event.kind}`, note);
    const refusal = refuse(powers, event, instance);
    if (refusal !== undefined) return { stdErr: [refusal] };
    powers.send(event, {
      ...(at !== undefined && { at: parseDate(at, powers.instance.timezone) }),
      ...(unsend && { unsend }),
    });
    return { stdOut: [] };
  };

type Meant = Omit<SendeventCommand, 'event'> & { readonly event: QueuedEvent };

function readCommand(argv: readonly string[]): Meant | { readonly stdErr: readonly string[] } {
  try {
    const { removes, lawful } = takeRemoval(argv);
    const command = parseSendevent(lawful);
    const { event } = command;
    if (!removes || event.kind !== 'SET_GLOBAL') return command;
    const { kind, globalVariable } = event;
    return { ...command, event: { kind, globalVariable, value: 'DELETE' } };
  } catch (error) {
    if (error instanceof SendeventUsageError) return { stdErr: error.message.split('\n') };
    throw error;
  }
}

/** `-G NAME=DELETE` removes the variable (inferred); as no checked value can be that word, it is carried beside. */
function takeRemoval(given: readonly string[]) {
  const argv = separateFlags(given);
  const at = argv.findIndex((word, index) => {
    return /^[^=]+=DELETE$/.test(word) && /^-g$/i.test(argv[index - 1] ?? '');
  });
  const lawful = argv.map((word, index) => (index === at ? word.replace(/DELETE$/, '') : word));
  return { removes: at >= 0, lawful };
}

function refuse(
  { instance, mayDo }: Needed,
  event: QueuedEvent,
  named: string | undefined,
): string | undefined {
  if (named !== undefined && named !== instance.name) {
    return `sendevent: -S: this is the instance ${instance.name}, not ${named}`;
  }
  // The text stands in the log of the web services beside a 403 (KB 187058); that the command prints it is inferred.
  if (!mayDo(event.kind)) return 'CAUAJM_W_71021 Sendevent Job Execute Access Denied!';
  const job = 'job' in event ? event.job : undefined;
  return job === undefined || instance.job(job) ? undefined : invalidJobName(job);
}
