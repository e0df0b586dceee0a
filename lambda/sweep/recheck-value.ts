import type { AutosysInstance, GlobalName } from '../../autosys/names.ts';
import type { GlobalView } from '../../autosys/views.ts';
import type { CircuitBreakers } from '../circuit-breaker/circuit-breakers.ts';
import type { Autosys } from '../delivery/autosys.ts';
import { toSendFailure } from '../delivery/send.ts';
import type { Entry } from '../ledger/entry.ts';
import { isOurs, judgeRecheck, type RecheckResult } from '../ledger/recheck.ts';

export interface RecheckValueDeps {
  readonly circuitBreakers: CircuitBreakers;
  readonly autosysFor: (instance: AutosysInstance) => Autosys;
  readonly now: () => Date;
}

/**
 * Reads a confirmed value from AutoSys again and compares it with the entry.
 *
 * @returns `undefined` if the entry has no value, or the signal aborted the read
 * @throws an error if AutoSys could not be read; the entry stays due for the recheck
 */
export async function recheckValue(
  deps: RecheckValueDeps,
  entry: Entry,
  { rereadForMs, signal }: { readonly rereadForMs: number; readonly signal: AbortSignal },
): Promise<RecheckResult | undefined> {
  const { circuitBreakers, autosysFor, now } = deps;
  const { event, to } = entry;
  if (event.kind !== 'SET_GLOBAL') return undefined;
  let shown: GlobalView;
  try {
    shown = await readWithChange(autosysFor(to), entry, event.globalVariable, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    const failure = toSendFailure(error);
    if (failure.kind !== 'refused') {
      await circuitBreakers.failed(to, failure);
      throw error;
    }
    shown = { kind: 'unreadable', reason: failure.error.message };
  }
  // For an unreadable variable perhaps no request was sent.
  if (shown.kind !== 'unreadable') await circuitBreakers.succeeded(to);
  const clockDiffers = autosysFor(to).clockDiffers?.() ?? false;
  return judgeRecheck(entry, shown, { nowMs: now().getTime(), rereadForMs, clockDiffers });
}

/**
 * Reads the variable, and its last change if that decides.
 *
 * The order matters: a change that is older than our confirmation was already older when the value
 * was read.
 */
async function readWithChange(
  { port }: Autosys,
  entry: Entry,
  name: GlobalName,
  signal: AbortSignal,
): Promise<GlobalView> {
  const shown = await port.readGlobalVariable(name, { signal });
  const isDecided = shown.kind !== 'value' || isOurs(entry, shown);
  if (isDecided || shown.lastChanged || !port.readLastChanged) return shown;
  const change = await port.readLastChanged(name, { signal });
  switch (change.kind) {
    case 'known':
      return { ...shown, lastChanged: { at: change.at, ambiguous: change.ambiguous } };
    case 'notShown':
      return shown;
    case 'notNow':
      return { kind: 'unreadable', reason: `it shows another value, and ${change.reason}` };
    default:
      return change satisfies never;
  }
}
