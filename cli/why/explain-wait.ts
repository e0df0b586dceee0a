import { type Entry, isPending } from '../../lambda/ledger/entry.ts';
import type { Outage } from '../../lambda/ledger/outage.ts';
import { findPresentWait, type PresentWait } from '../../lambda/ledger/wait-reason.ts';
import { advise } from '../ledger/advice.ts';
import type { StoredEntry } from '../ledger/stored-entry.ts';
import { describePassedOutages, findPassedOutages } from './passed-outages.ts';
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
  const outages = withRecordedWindow(facts, entry);
  const known = { ...facts, outages };
  const wait = findPresentWait(withPresentPredecessor(entry, facts), facts.nowMs, outages.lasting);
  return wait && explainPending(wait, entry, known, formatTime);
}

/** The sweep writes the row of a window up to a minute after an entry that waits for its end. */
function withRecordedWindow({ nowMs, outages }: EntryWaitFacts, { to, wait }: Entry) {
  if (wait?.kind !== 'maintenance' || (wait.untilMs ?? 0) <= nowMs) return outages;
  const { sinceMs: fromMs, text: reason, untilMs = nowMs } = wait;
  const isKnown = [...outages.lasting, ...outages.over].some(
    (one) => one.outage === 'maintenance' && one.fromMs === fromMs,
  );
  if (isKnown) return outages;
  const id = { format: 1, kind: 'outage', instance: to, outage: 'maintenance' } as const;
  const window: Outage = { ...id, fromMs, untilMs, lasts: true, reason, history: [] };
  return { ...outages, lasting: [window, ...outages.lasting] };
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

/** The entry with the predecessor that keeps it waiting now. A recorded one may be sent already. */
function withPresentPredecessor(entry: Entry, { nowMs, predecessor }: EntryWaitFacts): Entry {
  const { wait, ...known } = entry;
  if (predecessor && entry.stage === 'due') {
    const { key, text } = predecessor;
    return { ...known, wait: { kind: 'predecessor', sinceMs: nowMs, key, text } };
  }
  return wait?.kind === 'predecessor' ? known : entry;
}

function explainPending(
  wait: PresentWait,
  entry: Entry,
  facts: EntryWaitFacts,
  formatTime: FormatTime,
): ExplainedWait {
  switch (wait.kind) {
    case 'lease': {
      const text = `a function of the bridge works on it (lease ${wait.owner})`;
      return { kind: 'lease', text, ends: `its lease ends at ${formatTime(wait.untilMs ?? 0)}` };
    }
    case 'predecessor':
      return {
        kind: 'predecessor',
        text: `its route sends another effect first: ${wait.text}`,
        ends: 'it is sent after that effect',
      };
    case 'circuitBreaker':
    case 'login':
    case 'maintenance':
      return explainOutage({ ...wait, kind: wait.kind }, facts, formatTime);
    default:
      return explainNextTry(entry, facts, formatTime);
  }
}

function explainOutage(
  wait: PresentWait & { readonly kind: 'circuitBreaker' | 'login' | 'maintenance' },
  { outages: { lasting, nextTryMs } }: EntryWaitFacts,
  formatTime: FormatTime,
): ExplainedWait {
  const { kind, sinceMs = 0, untilMs } = wait;
  const reason = lasting.find(
    ({ outage, fromMs }) => outage === kind && fromMs === sinceMs,
  )?.reason;
  const since = `since ${formatTime(sinceMs)}`;
  const atMs = nextTryMs ?? untilMs;
  const nextTry =
    atMs === undefined ? 'the bridge tries again' : `the bridge tries again at ${formatTime(atMs)}`;
  switch (kind) {
    case 'maintenance': {
      const text = `the bridge does not call AutoSys ${since}: ${reason}`;
      const end = untilMs === undefined ? '' : ` at ${formatTime(untilMs)}`;
      return { kind: 'window', text, ends: `the window ends${end}` };
    }
    case 'login': {
      const text = `the bridge cannot log in to AutoSys ${since} (${reason})`;
      return {
        kind: 'login',
        text,
        ends: `${nextTry}, with a new version of the secret if there is one`,
      };
    }
    case 'circuitBreaker': {
      const text = `AutoSys does not answer the bridge ${since} (${reason})`;
      return { kind: 'away', text, ends: `${nextTry}, and sends it when AutoSys answers` };
    }
    default:
      return kind satisfies never;
  }
}

function explainNextTry(
  entry: Entry,
  { nowMs, outages }: EntryWaitFacts,
  formatTime: FormatTime,
): ExplainedWait {
  const { stage, dueMs, history } = entry;
  const at = dueMs > nowMs ? `at ${formatTime(dueMs)}` : 'in the next sweep run';
  const last = history.at(-1)?.text ?? 'nothing is known';
  const passed = describePassedOutages(findPassedOutages(entry, outages.over, nowMs), formatTime);
  switch (stage) {
    case 'accepted':
      return {
        kind: 'notShown',
        text: `AutoSys accepted it and does not show it yet (${last})${passed}`,
        ends: `the bridge reads AutoSys again ${at}`,
      };
    case 'sending':
      return {
        kind: 'readBack',
        text: `it may have reached AutoSys (${last})${passed}`,
        ends: `the bridge reads AutoSys ${at}, before it may send it again`,
      };
    default:
      return {
        kind: 'retry',
        text: `it is not sent yet (${last})${passed}`,
        ends: `the bridge sends it ${at}`,
      };
  }
}
