import type { AutosysEvent } from '../../../autosys/event.ts';
import {
  parseComment,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
} from '../../../autosys/names.ts';
import type { World } from '../world.ts';
import { nameRequestedEvent } from './evaluate-request.ts';
import type { Installation } from './installation.ts';

const variablesByInstance: Readonly<Record<string, readonly [string, ...string[]]>> = {
  ACE: ['SHARED', 'BATCH'],
  BEE: ['ALONE', 'COPY'],
};
const jobsByInstance: Readonly<Record<string, readonly [string, ...string[]]>> = {
  ACE: ['REPAIR', 'REPAIR', 'LATER'],
  BEE: ['MEND'],
};

/** The value that operators set variables to. */
export const byHand = parseGlobalValue('by hand');

/** Sends a random event of an operator, which the bridge does not know of. */
export function sendOperatorEvent(world: World, installation: Installation): void {
  const { name, instance, recorder } = installation;
  const job = parseJobName(world.pick(jobsByInstance[name] ?? ['REPAIR']));
  const globalVariable = parseGlobalName(world.pick(variablesByInstance[name] ?? ['SHARED']));
  const comment = parseComment('by hand');
  const event: AutosysEvent = world.pick<AutosysEvent>([
    { kind: 'SET_GLOBAL', globalVariable, value: byHand },
    { kind: 'FORCE_STARTJOB', job, comment },
    { kind: 'FORCE_STARTJOB', job, comment },
    { kind: 'KILLJOB', job, comment },
    { kind: 'JOB_ON_HOLD', job, comment },
    { kind: 'JOB_OFF_HOLD', job, comment },
  ]);
  world.log(() => `${name}: an operator sends ${nameRequestedEvent(event)}`);
  recorder.recordOperatorEvent(event);
  instance.queue(event, { user: 'operator' });
}
