import { createAutosysEvent } from '../../autosys/create-event.ts';
import { NameError } from '../../autosys/errors.ts';
import { type AutosysEvent, autosysEventKinds, isAutosysEventKind } from '../../autosys/event.ts';
import { nameRules } from '../../autosys/names.ts';
import { didYouMean } from '../../autosys/suggest.ts';
import { isObject, type PayloadFaults } from './payload-faults.ts';

/** Reads the event of a `sendEvent`. Pure. @returns `undefined` if it has a fault */
export function readAskedEvent(given: unknown, faults: PayloadFaults): AutosysEvent | undefined {
  if (!isObject(given)) {
    return faults.add('event', 'expected an object with kind, and job or the fields of that event');
  }
  const { kind, ...fields } = given;
  if (typeof kind !== 'string' || !isAutosysEventKind(kind)) {
    const near = typeof kind === 'string' ? didYouMean(kind.slice(0, 40), autosysEventKinds) : '';
    const found = typeof kind === 'string' ? `unknown event${near}` : 'no kind';
    return faults.add('event.kind', `${found}; allowed: ${autosysEventKinds.join(', ')}`);
  }
  const before = faults.length;
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    const isText = typeof value === 'string' || (name === 'priority' && typeof value === 'number');
    if (isText) texts[name] = String(value);
    else faults.add(`event.${name.slice(0, 40)}`, 'expected a text');
  }
  if (faults.length > before) return undefined;
  const event = createEvent(kind, texts, faults);
  if (event === undefined) return undefined;
  const unused = Object.keys(texts).filter((name) => !Object.hasOwn(event, name));
  for (const name of unused) {
    faults.add(`event.${name.slice(0, 40)}`, `${kind} has no such field`);
  }
  return unused.length > 0 ? undefined : event;
}

function createEvent(
  kind: AutosysEvent['kind'],
  texts: Readonly<Record<string, string>>,
  faults: PayloadFaults,
): AutosysEvent | undefined {
  try {
    return createAutosysEvent(kind, texts);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    const { what, allowed, message } = error;
    const isName = what === nameRules.job.what || what === nameRules.machine.what;
    return faults.add('event', isName ? message : `${what}: allowed: ${allowed}`);
  }
}
