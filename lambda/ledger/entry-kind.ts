import { type AutosysEventKind, toTrait } from '../../autosys/event.ts';
import type { Entry } from './entry.ts';

/**
 * The kind of ledger entry of an event. A value or status is a state. Other lasting properties are
 * toggles, because operators change them too. All other effects are one-shots.
 */
export function toEntryKind(kind: AutosysEventKind): Entry['kind'] {
  switch (toTrait(kind).sets) {
    case undefined:
      return 'once';
    case 'value':
    case 'status':
      return 'state';
    default:
      return 'switch';
  }
}
