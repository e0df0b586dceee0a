import { splitCommandLine } from '../../autosys/sendevent.ts';
import { UsageError } from '../../autosys/usage.ts';
import { empty, type HttpAnswer, json, unsupported } from '../answer.ts';
import { createAutorep } from '../commands/autorep.ts';
import { createAutostatus } from '../commands/autostatus.ts';
import type { ServerCommand } from '../commands/command.ts';
import { createSendevent } from '../commands/sendevent.ts';
import type { AewsRequest, Deps } from '../deps.ts';
import { FieldError } from '../fields.ts';

/**
 * autorep was seen live; that AEWS accepts the other two is inferred (docs/autosys.md, wire
 * profiles).
 */
const commands: ReadonlyMap<string, { readonly command: ServerCommand; readonly reads: boolean }> =
  new Map([
    ['autorep', { command: createAutorep, reads: true }],
    ['autostatus', { command: createAutostatus, reads: true }],
    ['sendevent', { command: createSendevent, reads: false }],
  ]);

/**
 * POST command/run: `{"stdOut":[…]}`. For a command that is refused also 200, with `{"stdErr":[…]}`
 * (seen live).
 */
export function createRunCommand(deps: Deps) {
  return function runCommand({ fields }: Pick<AewsRequest, 'fields'>): HttpAnswer {
    const [name = '', ...argv] = fields.required('command', splitWords);
    const found = commands.get(name);
    if (!found) {
      const known = [...commands.keys()].join(', ');
      return unsupported(
        `the command ${JSON.stringify(name.slice(0, 40))}`,
        `supported commands: ${known}`,
      );
    }
    if (found.reads && !deps.mayDo('read')) return empty(403);
    const printed = found.command(deps)(argv);
    if (!('unsupported' in printed)) return json(200, printed);
    return unsupported(printed.unsupported.what, printed.unsupported.reason);
  };
}

function splitWords(text: string): readonly string[] {
  try {
    return splitCommandLine(text);
  } catch (error) {
    if (error instanceof UsageError) throw new FieldError('command', error.message);
    throw error;
  }
}
