import { type GlobalName, parseGlobalValue } from '../../autosys/names.ts';
import { type Finding, found } from './finding.ts';
import { type CanaryClient, toFailureFinding } from './speech.ts';

export interface ScratchDeps {
  readonly globalVariable: GlobalName;
  /** How long the value may take to show. */
  readonly confirmWithinMs: number;
  readonly now: () => Date;
  /** Resolves after so many milliseconds, or when the signal falls. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

const setOwn = { forbidden: 'mayNotSet', refused: 'notTaken' } as const;
const readOwn = { forbidden: 'mayNotRead', refused: 'unreadable' } as const;

/** Up to a second may pass between acceptance and effect (inferred). */
const firstPauseMs = 100;
const longestPauseMs = 1_000;

/**
 * Sets the scratch variable to the instant, and reads it until it shows.
 *
 * @param speaker sets it
 * @param reader reads it; it may speak another wire profile
 */
export async function setAndReadBack(
  { speaker, reader }: { readonly speaker: CanaryClient; readonly reader: CanaryClient },
  deps: ScratchDeps,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { globalVariable, now } = deps;
  const began = now();
  const value = parseGlobalValue(began.toISOString());
  try {
    await speaker.sendEvent({ kind: 'SET_GLOBAL', globalVariable, value }, { signal });
  } catch (error) {
    return [toFailureFinding(error, setOwn)];
  }
  const taken = found('taken', `AutoSys took SET_GLOBAL ${globalVariable}=${value}`);
  return [taken, await readBack(reader, { ...deps, began, value }, signal)];
}

async function readBack(
  reader: CanaryClient,
  deps: ScratchDeps & { readonly began: Date; readonly value: string },
  signal: AbortSignal,
): Promise<Finding> {
  const { globalVariable, confirmWithinMs, began, value, now, sleep } = deps;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const reading = await look(reader, globalVariable, signal);
    // AEWS has just taken the set, so an address that is not there is missing in this release.
    if ('verdict' in reading) {
      return reading.verdict === 'noSuchEntry' ? found('unreadable', reading.says) : reading;
    }
    const roundTripMs = now().getTime() - began.getTime();
    // A later instant is another examination's, which came after ours and so says as much.
    if (reading.kind === 'value' && isInstant(reading.value) && reading.value >= value) {
      return found('applied', `AutoSys shows it, ${roundTripMs} ms later`, { roundTripMs });
    }
    if (reading.kind === 'unreadable') {
      return found('unreadable', `${globalVariable} cannot be read back: ${reading.reason}`);
    }
    if (roundTripMs >= confirmWithinMs || signal.aborted) {
      const shown =
        reading.kind === 'value' ? `shows ${quote(reading.value)}` : 'has no such variable';
      return found('notApplied', `${roundTripMs} ms after it was taken AutoSys ${shown}`);
    }
    await sleep(pauseMs, signal);
  }
}

async function look(reader: CanaryClient, globalVariable: GlobalName, signal: AbortSignal) {
  try {
    return await reader.readGlobalVariable(globalVariable, { signal });
  } catch (error) {
    return toFailureFinding(error, readOwn);
  }
}

/** As this software writes it. */
function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);
}

/** What stands in the variable may be anybody's. */
function quote(text: string): string {
  return isInstant(text) ? text : 'something else';
}
