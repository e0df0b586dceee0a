import { printDate } from '../../autosys/autorep/index.ts';
import type { Emulator } from '../../emulator/index.ts';
import type { Paint } from '../render.ts';

type Change = Parameters<Parameters<Emulator['instance']['onChange']>[0]>[0];

/** Formats a change on one line, with the time in the scheduler's time zone. */
export function printChange(change: Change, timezone: string, paint: Paint): string {
  const at = paint('dim', printDate(change.at, timezone));
  return `${at}  ${describe(change, paint)}`;
}

/** A change for --json. */
export function toChangeDocument({ at, ...change }: Change) {
  return { at: at.toISOString(), ...change };
}

function describe(change: Change, paint: Paint): string {
  const { kind, job, status, globalVariable, value, because } = change;
  switch (kind) {
    case 'start':
    case 'status':
      return `${job}  ${paint(toColour(status), status ?? '')}  ${because}`;
    case 'globalVariable':
      return `${globalVariable} ${value === undefined ? 'removed' : `= ${JSON.stringify(value)}`}`;
    case 'event':
      return because;
    case 'definition':
      return `${job}  defined or removed  ${because}`;
    default:
      return kind satisfies never;
  }
}

function toColour(status: Change['status']): Parameters<Paint>[0] {
  if (status === 'SUCCESS') return 'green';
  return status === 'FAILURE' || status === 'TERMINATED' ? 'red' : 'bold';
}
