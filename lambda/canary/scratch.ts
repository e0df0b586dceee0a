import { type GlobalName, parseGlobalValue } from '../../autosys/names.ts';
import { type CanaryClient, toFailureFinding } from './canary-client.ts';
import { createFinding, type Finding } from './finding.ts';

export interface ScratchDeps {
  readonly globalVariable: GlobalName;
  /** Maximum time until the value can be read back, in milliseconds. */
  readonly confirmWithinMs: number;
  readonly now: () => Date;
  /** Resolves after this number of milliseconds, or when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

const setVerdicts = { forbidden: 'mayNotSet', refused: 'rejected' } as const;
const readVerdicts = { forbidden: 'mayNotRead', refused: 'unreadable' } as const;

/** AutoSys may take up to a second from acceptance to effect (inferred). */
const firstWaitMs = 100;
const maxWaitMs = 1_000;

/**
 * Sets the scratch variable to the current time, and reads it until the value is shown.
 *
 * @param sender sends the event
 * @param reader reads the variable; its wire profile may differ
 */
export async function setAndReadBack(
  { sender, reader }: { readonly sender: CanaryClient; readonly reader: CanaryClient },
  deps: ScratchDeps,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { globalVariable, now } = deps;
  const startedAt = now();
  const value = parseGlobalValue(startedAt.toISOString());
  try {
    await sender.sendEvent({ kind: 'SET_GLOBAL', globalVariable, value }, { signal });
  } catch (error) {
    return [toFailureFinding(error, setVerdicts)];
  }
  const accepted = createFinding(
    'accepted',
    `AutoSys accepted SET_GLOBAL ${globalVariable}=${value}`,
  );
  return [accepted, await readBack(reader, { ...deps, startedAt, value }, signal)];
}

async function readBack(
  reader: CanaryClient,
  deps: ScratchDeps & { readonly startedAt: Date; readonly value: string },
  signal: AbortSignal,
): Promise<Finding> {
  const { globalVariable, confirmWithinMs, startedAt, value, now, sleep } = deps;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, maxWaitMs)) {
    const reading = await read(reader, globalVariable, signal);
    // AEWS has just accepted the set. So an unknown address means that this release cannot read
    // variables.
    if ('verdict' in reading) {
      return reading.verdict === 'noSuchEntry'
        ? createFinding('unreadable', reading.message)
        : reading;
    }
    const roundTripMs = now().getTime() - startedAt.getTime();
    // A later time was set by another examination, after ours, so it confirms ours too.
    if (reading.kind === 'value' && isInstant(reading.value) && reading.value >= value) {
      return createFinding('applied', `AutoSys shows the value after ${roundTripMs} ms`, {
        roundTripMs,
      });
    }
    if (reading.kind === 'unreadable') {
      return createFinding(
        'unreadable',
        `${globalVariable} cannot be read back: ${reading.reason}`,
      );
    }
    if (roundTripMs >= confirmWithinMs || signal.aborted) {
      const shown =
        reading.kind === 'value' ? `shows ${quote(reading.value)}` : 'has no such variable';
      return createFinding(
        'notApplied',
        `${roundTripMs} ms after accepting the event, AutoSys ${shown}`,
      );
    }
    await sleep(waitMs, signal);
  }
}

async function read(reader: CanaryClient, globalVariable: GlobalName, signal: AbortSignal) {
  try {
    return await reader.readGlobalVariable(globalVariable, { signal });
  } catch (error) {
    return toFailureFinding(error, readVerdicts);
  }
}

/** Whether the text is a time as this software writes it. */
function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);
}

/** The variable may contain a value of another program, which is not quoted. */
function quote(text: string): string {
  return isInstant(text) ? text : 'another value';
}
