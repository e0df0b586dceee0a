import { isCircuitOpen } from '../../lambda/circuit-breaker/circuit-breaker.ts';
import { type Entry, isPending } from '../../lambda/ledger/entry.ts';
import { circuitPolicy } from '../../lambda/policies.ts';
import { advise } from '../ledger/advice.ts';
import type { StoredEntry } from '../ledger/stored-entry.ts';
import type { FormatTime } from './time-text.ts';
import type { EntryWaitFacts } from './wait-facts.ts';

/** Why an entry of the ledger waits, and what would end the wait. */
export interface ExplainedWait {
  readonly kind:
    | 'parked'
    | 'dismissed'
    | 'lease'
    | 'window'
    | 'away'
    | 'login'
    | 'predecessor'
    | 'retry'
    | 'readBack'
    | 'notShown';
  /** Why it waits: a clause about the entry. */
  readonly text: string;
  /** What ends the wait. */
  readonly ends: string;
  /** The first command for an operator, if an operator must act. */
  readonly command?: string;
}

/**
 * What an entry of the ledger waits for, and what would end the wait. Pure.
 *
 * @returns `undefined` if it does not wait: its effect is confirmed, or AutoSys can never show it
 */
export function explainWait(
  stored: StoredEntry,
  facts: EntryWaitFacts,
  formatTime: FormatTime,
): ExplainedWait | undefined {
  const { entry } = stored;
  if (entry.dismissed) {
    const { by, note, atMs } = entry.dismissed;
    const text = `${by} dismissed it at ${formatTime(atMs)}: ${note}`;
    return { kind: 'dismissed', text, ends: 'the bridge does not send it' };
  }
  if (entry.stage === 'parked') return explainParked(stored);
  if (!isPending(entry)) return undefined;
  return explainPending(entry, facts, formatTime);
}

function explainParked(stored: StoredEntry): ExplainedWait {
  const { code = '', reason = '' } = stored.entry.parked ?? {};
  const { toDo, command } = advise(stored);
  return {
    kind: 'parked',
    text: `it is parked (${code}): ${reason}`,
    ends: `an operator must act: ${toDo}`,
    command,
  };
}

function explainPending(
  entry: Entry,
  facts: EntryWaitFacts,
  formatTime: FormatTime,
): ExplainedWait {
  const { nowMs, window, predecessor } = facts;
  const { lease, stage } = entry;
  if (lease && lease.untilMs > nowMs) {
    const text = `a function of the bridge works on it (lease ${lease.owner})`;
    return { kind: 'lease', text, ends: `its lease ends at ${formatTime(lease.untilMs)}` };
  }
  if (window) {
    const text = `the bridge does not call AutoSys: ${window.reason}`;
    return { kind: 'window', text, ends: `the window ends at ${formatTime(window.untilMs)}` };
  }
  const outage = explainOutage(entry, facts, formatTime);
  if (outage) return outage;
  if (predecessor && stage === 'due') {
    const text = `its route sends another effect first: ${predecessor.text}`;
    return { kind: 'predecessor', text, ends: 'it is sent after that effect' };
  }
  return explainNextTry(entry, formatTime);
}

/** The circuit breaker is open, or the last try ended because no login may be sent. */
function explainOutage(
  entry: Entry,
  { circuit }: EntryWaitFacts,
  formatTime: FormatTime,
): ExplainedWait | undefined {
  const isOpen = isCircuitOpen(circuit, circuitPolicy);
  const last = entry.history.at(-1)?.text ?? '';
  const login = findSuspension(isOpen ? circuit.reason : last);
  if (login) {
    const until = formatTime(login.getTime());
    const text = 'the bridge sends no login, because AutoSys refused too many logins of its secret';
    const ends = `it tries again at ${until}, or when the secret gets a new version`;
    return { kind: 'login', text, ends };
  }
  if (!isOpen) return undefined;
  const { openedMs, openUntilMs, reason } = circuit;
  const since = openedMs === undefined ? '' : ` since ${formatTime(openedMs)}`;
  return {
    kind: 'away',
    text: `AutoSys does not answer the bridge${since} (${reason})`,
    ends: `the bridge tries again at ${formatTime(openUntilMs)}, and sends it when AutoSys answers`,
  };
}

/** The instant in the message of a suspended login (`lambda/login/login.ts`). */
function findSuspension(text: string): Date | undefined {
  const [, until = ''] = /no login is sent before (\S+) unless/.exec(text) ?? [];
  const at = new Date(until);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function explainNextTry(entry: Entry, formatTime: FormatTime): ExplainedWait {
  const { stage, dueMs, history } = entry;
  const at = formatTime(dueMs);
  const last = history.at(-1)?.text ?? 'nothing is known';
  switch (stage) {
    case 'accepted':
      return {
        kind: 'notShown',
        text: `AutoSys accepted it and does not show it yet (${last})`,
        ends: `the bridge reads AutoSys again at ${at}`,
      };
    case 'sending':
      return {
        kind: 'readBack',
        text: `it may have reached AutoSys (${last})`,
        ends: `the bridge reads AutoSys at ${at}, before it may send it again`,
      };
    default:
      return {
        kind: 'retry',
        text: `it is not sent yet (${last})`,
        ends: `the bridge sends it at ${at}`,
      };
  }
}
