import type { AutosysInstance } from '../../autosys/names.ts';
import type { ErrorDescription } from '../shared/errors.ts';
import type { Table } from '../shared/table.ts';
import {
  type AutosysReader,
  type Baseline,
  type Confirmation,
  type ConfirmPowers,
  confirm,
  type Sending,
} from './confirm.ts';
import { type DeliverPowers, deliver, type EventSender, type Failure } from './deliver.ts';
import type { Gates } from './gates.ts';
import { createTellLateSending } from './late-sending.ts';
import { createCredit } from './ledger/credit.ts';
import type { Entry } from './ledger/entry.ts';
import { toPatienceMs } from './ledger/offer.ts';
import { parseEntry, toKey, toRow } from './ledger/rows.ts';
import { type Result, type SettlePolicy, settle } from './ledger/settle.ts';
import { decideAfterLook, decideAfterSending } from './second-look.ts';

/** One AutoSys installation as the report needs it. */
export interface Autosys {
  readonly port: EventSender & AutosysReader;
  readonly confirmWithinMs: number;
  /** What waited so long for it is parked. */
  readonly deadlineMs: number;
  /** How many entries a second one drain may begin. */
  readonly drainPerSecond: number;
}

export interface BringAboutPowers
  extends Pick<DeliverPowers, 'decideNext' | 'now' | 'pause'>,
    Pick<ConfirmPowers, 'tellDefect'> {
  readonly table: Table;
  readonly gates: Gates;
  readonly autosysFor: (instance: AutosysInstance) => Autosys;
  readonly settlePolicy: Pick<SettlePolicy, 'firstWaitMs' | 'maxWaitMs'>;
  readonly noise: () => number;
  /** So long a one-off that may have left us is looked for while AutoSys is there; then it is left to a person. */
  readonly lookForMs: number;
}

/** An entry that is ours under a lease, as it is stored. */
export interface Taken {
  readonly entry: Entry;
  readonly revision: number;
  /** Somebody may have sent it already. */
  readonly lookFirst: boolean;
}

/** What came of our work: the last result, or that it is not ours to tell any more. */
export type Upshot =
  | Result
  /** The lease ran out meanwhile: what became of the entry is told by whoever has it now. */
  | { readonly kind: 'lost'; readonly reason: string };

/** Binds the work on an entry: send it, read it back, write down what came of it, and go on if the wish has moved. */
export function createBringAbout(powers: BringAboutPowers) {
  const { table, autosysFor, now, noise, settlePolicy, lookForMs } = powers;
  const credit = createCredit(powers);
  const tellLateSending = createTellLateSending(powers);

  /** @returns the entry as it stands when we let go of it, with what came of the last round */
  return async (taken: Taken, signal: AbortSignal): Promise<{ entry: Entry; result: Upshot }> => {
    for (let { entry, revision, lookFirst } = taken; ; ) {
      const result = await work(entry, lookFirst, signal);
      const nowMs = now().getTime();
      const { deadlineMs } = autosysFor(entry.to);
      const policy = { ...settlePolicy, deadlineMs, noise: noise() };
      const settled = settle(entry, result, nowMs, policy);
      if ((await table.put(toRow(settled, nowMs), revision)) !== undefined) {
        return { entry: settled, result };
      }
      const next = await goOn(entry, result);
      if ('result' in next) return next;
      ({ entry, revision, lookFirst } = next);
    }
  };

  /** What there is to do for us after somebody else has written the row; else how it stands, and that it is not ours. */
  async function goOn(
    entry: Entry,
    result: Result,
  ): Promise<Taken | { entry: Entry; result: Upshot }> {
    for (;;) {
      const row = await table.get(toKey(entry));
      const known = row && parseEntry(row);
      if (!known) return toLost(entry, 'the ledger has forgotten it');
      // Without our lease it is somebody else's now; with it, a newer wish was left to us.
      if (known.lease?.holder !== entry.lease?.holder) {
        if (result.kind !== 'unreached') await tellLateSending(entry);
        return toLost(known, 'somebody else has taken it over');
      }
      const ours = result.kind === 'confirmed' ? asSettled(known) : known;
      if (ours.after === undefined) {
        // No wish is newer than a one-off: it was taken a second time under our own name, and has been sent.
        return { entry: ours, revision: row.revision, lookFirst: ours.kind === 'once' };
      }
      // It may have to wait for its turn, and the drain sees to that; unless a wish that need not wait has come meanwhile.
      const { lease: _, ...free } = ours;
      if ((await table.put(toRow(free, now().getTime()), row.revision)) !== undefined) {
        return toLost(free, 'a newer wish was left to us, and its turn has not come');
      }
    }
  }

  async function work(entry: Entry, lookFirst: boolean, signal: AbortSignal): Promise<Result> {
    const { port, confirmWithinMs } = autosysFor(entry.to);
    const steps = { ...powers, sender: port, reader: port, confirmWithinMs };
    if (lookFirst) {
      const seen = await look(entry, steps, signal);
      const nowMs = now().getTime();
      const next = decideAfterLook(entry, seen, { nowMs, lookForMs });
      if (next !== 'send') return next;
      if (isOverdue(entry, nowMs)) return { kind: 'unknown', error: tooLate };
    }
    return send(entry, steps, signal);
  }

  function isOverdue(entry: Entry, nowMs: number): boolean {
    const { deadlineMs } = autosysFor(entry.to);
    return nowMs - entry.cause.seenMs >= toPatienceMs(entry, deadlineMs);
  }

  async function send(
    entry: Entry,
    steps: DeliverPowers & ConfirmPowers,
    signal: AbortSignal,
  ): Promise<Result> {
    const sentMs = now().getTime();
    const lease = entry.lease && { leaseUntilMs: entry.lease.untilMs };
    const delivery = await deliver(entry.event, { ...steps, ...lease }, signal);
    switch (delivery.kind) {
      case 'accepted':
      case 'unknown': {
        const acknowledged = delivery.kind === 'accepted';
        const sending = toSending(entry, acknowledged);
        const seen = await confirm(entry.event, toBaseline(entry), { ...steps, sending }, signal);
        // An AutoSys that takes calls and never answers is as good as down.
        if (acknowledged || seen.kind === 'confirmed') await powers.gates.succeeded(entry.to);
        else await tellFailure(entry.to, delivery, signal);
        const facts = { nowMs: now().getTime(), lookForMs, sentMs };
        return delivery.kind === 'unknown'
          ? decideAfterSending(entry, seen, { ...facts, doubt: delivery.error })
          : {
              ...decideAfterSending(entry, seen, facts),
              acceptedMs: delivery.at.getTime(),
            };
      }
      case 'withheld':
        return { kind: 'unreached', error: delivery.error };
      case 'unreached':
        await tellFailure(entry.to, delivery, signal);
        return delivery;
      case 'refused':
        // A refusal is an answer: the others need not wait.
        await powers.gates.succeeded(entry.to);
        return delivery;
      default:
        return delivery satisfies never;
    }
  }

  async function tellFailure(to: AutosysInstance, failure: Failure, signal: AbortSignal) {
    // A call that ended with our own time says nothing of AutoSys.
    if (!signal.aborted) await powers.gates.failed(to, failure);
  }

  /** Looks in AutoSys for what somebody may have sent. */
  async function look(
    entry: Entry,
    steps: ConfirmPowers,
    signal: AbortSignal,
  ): Promise<Confirmation> {
    const sending = toSending(entry, entry.stage === 'accepted');
    const once = { ...steps, sending, thorough: true, confirmWithinMs: 0 };
    const seen = await confirm(entry.event, toBaseline(entry), once, signal);
    if (seen.kind === 'notYet' && seen.away) await tellFailure(entry.to, seen.away, signal);
    else if (seen.kind !== 'unreadable') await powers.gates.succeeded(entry.to);
    return seen;
  }

  function toSending(entry: Entry, acknowledged: boolean): Sending {
    const { event, cause, before } = entry;
    const isMarked = 'comment' in event && event.comment?.includes(cause.eventId) === true;
    return {
      ...(isMarked && { mark: cause.eventId }),
      sentAt: new Date(before?.sentMs ?? cause.seenMs),
      acknowledged,
      credit: (run) => credit(entry, run),
    };
  }
}

/** What was asked for before it was seen: nothing of it is still to come. */
function asSettled({ unsettled: _, ...entry }: Entry): Entry {
  return entry;
}

function toLost(entry: Entry, reason: string): { entry: Entry; result: Upshot } {
  return { entry, result: { kind: 'lost', reason } };
}

/** It was only looked at. */
const tooLate: ErrorDescription = {
  name: 'TooLate',
  code: 'BRIDGE_DEADLINE',
  message: 'AutoSys does not show it, and its deadline is over: it is not sent again',
};

/** What a one-off's effect is compared with: the job as it was before it was sent. */
function toBaseline({ before, formers = [] }: Entry): Baseline {
  if (before === undefined) return { kind: 'none' };
  return before.job === undefined
    ? { kind: 'since', at: new Date(before.sentMs), ours: formers }
    : { kind: 'seen', job: before.job };
}
