import type { Entry } from '../../lambda/ledger/entry.ts';
import { findPresentWait, type PresentWait } from '../../lambda/ledger/wait-reason.ts';
import { shorten } from '../../lambda/workload/shorten.ts';
import { quoteForShell } from '../ledger/advice.ts';
import type { StoredEntry } from '../ledger/stored-entry.ts';
import type { TimeFormat } from '../ledger/times.ts';

/** Time after which a due entry that no sweep run has worked on is overdue. The sweep runs every minute. */
const overdueAfterMs = 3 * 60_000;

/** Why an entry waits, in one clause. Pure. */
export function describeEntryWait({ entry, present }: StoredEntry, time: TimeFormat): string {
  if (entry.kind === 'invalidEffect' || present === undefined) return 'its reason is not known';
  const wait = findPresentWait(entry, present.nowMs, present.outages);
  if (wait === undefined) return 'it does not wait any more';
  return wait.kind === 'drain'
    ? describeDrain(entry, present.nowMs, time)
    : `${describeKind(wait)}${wait.untilMs === undefined ? '' : `, ${untilWords[wait.kind]} ${time.short(wait.untilMs)}`}`;
}

function describeKind({ kind, text, key }: PresentWait): string {
  switch (kind) {
    case 'circuitBreaker':
      return 'circuit breaker open';
    case 'login':
      return 'logins suspended';
    case 'maintenance':
      return 'maintenance window';
    case 'lease':
      return 'a function of the bridge works on it';
    case 'predecessor':
      return `another effect is sent first: ${key === undefined ? shorten(text) : quoteForShell(key)}`;
    case 'effect':
      return 'AutoSys has accepted it, and does not show it yet';
    case 'retry':
      return `the last try failed: ${shorten(text)}`;
    case 'person':
    case 'drain':
      return shorten(text);
    default:
      return kind satisfies never;
  }
}

const untilWords: Readonly<Record<PresentWait['kind'], string>> = {
  circuitBreaker: 'next try',
  login: 'next try',
  maintenance: 'until',
  lease: 'until',
  predecessor: 'until',
  effect: 'next read',
  retry: 'next try',
  person: 'until',
  drain: 'until',
};

function describeDrain({ dueMs }: Entry, nowMs: number, time: TimeFormat): string {
  return nowMs - dueMs > overdueAfterMs
    ? `due since ${time.short(dueMs)}, and no sweep run has worked on it; see the alarm SweepNotRunning`
    : 'the next sweep run works on it';
}
