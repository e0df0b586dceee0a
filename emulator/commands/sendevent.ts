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

type RequiredDeps = Pick<Deps, 'instance' | 'mayDo' | 'send'>;

/** `sendevent -E …`: prints nothing if the event is stored (inferred). */
export function createSendevent(deps: RequiredDeps) {
  return function sendevent(argv: readonly string[]): Printed {
    const command = readCommand(argv);
    if ('stdErr' in command) return command;
    const { event, instance, at, unsend } = command;
    const { support, note } = eventSupport[event.kind];
    if (support === 'absent') return unsupportedOption(`sendevent -E ${event.kind}`, note);
    const refusal = refuse(deps, event, instance);
    if (refusal !== undefined) return { stdErr: [refusal] };
    deps.send(event, {
      ...(at !== undefined && { at: parseDate(at, deps.instance.timezone) }),
      ...(unsend && { unsend }),
    });
    return { stdOut: [] };
  };
}

type ParsedCommand = Omit<SendeventCommand, 'event'> & { readonly event: QueuedEvent };

function readCommand(
  argv: readonly string[],
): ParsedCommand | { readonly stdErr: readonly string[] } {
  try {
    const { removes, parsableArgv } = extractRemoval(argv);
    const command = parseSendevent(parsableArgv);
    const { event } = command;
    if (!removes || event.kind !== 'SET_GLOBAL') return command;
    const { kind, globalVariable } = event;
    return { ...command, event: { kind, globalVariable, value: 'DELETE' } };
  } catch (error) {
    if (error instanceof SendeventUsageError) return { stdErr: error.message.split('\n') };
    throw error;
  }
}

/**
 * `-G NAME=DELETE` removes the variable (inferred). `parseGlobalValue` rejects that word, so it is
 * returned separately.
 */
function extractRemoval(given: readonly string[]) {
  const argv = separateFlags(given);
  const at = argv.findIndex((word, index) => {
    return /^[^=]+=DELETE$/.test(word) && /^-g$/i.test(argv[index - 1] ?? '');
  });
  const parsableArgv = argv.map((word, index) =>
    index === at ? word.replace(/DELETE$/, '') : word,
  );
  return { removes: at >= 0, parsableArgv };
}

function refuse(
  { instance, mayDo }: RequiredDeps,
  event: QueuedEvent,
  requestedInstance: string | undefined,
): string | undefined {
  if (requestedInstance !== undefined && requestedInstance !== instance.name) {
    return `sendevent: -S: this is the instance ${instance.name}, not ${requestedInstance}`;
  }
  // The text is in the log of the web services beside a 403 (KB 187058); that the command prints it
  // is inferred.
  if (!mayDo(event.kind)) return 'CAUAJM_W_71021 Sendevent Job Execute Access Denied!';
  const job = 'job' in event ? event.job : undefined;
  return job === undefined || instance.job(job) ? undefined : invalidJobName(job);
}
