import { type AutosysEvent, toTrait } from '../../../autosys/event.ts';
import type { AutosysInstance } from '../../../autosys/names.ts';
import type { QueuedEvent } from '../../../emulator/instance-types.ts';
import { isEarlier, type Version } from '../../../lambda/workload/version.ts';
import { toTarget } from '../autosys/witness.ts';
import { type Fact, type Told, toText } from './facts.ts';
import { type LedgerWatch, nameRequest } from './ledger-watch.ts';
import { isNewer } from './versions.ts';

/** What a request tells, as the facts have it. */
interface Known {
  readonly version: Version;
  /** What its route says before it on the same change. */
  readonly predecessors: readonly Told[];
  /** What its route has said to the same job on earlier changes of the same attempt. */
  readonly forebears: readonly (Told & { readonly version: Version })[];
  readonly told: Told;
}

/** Whoever asks at the same time, or stands still after asking, does not see what is asked for beside him. */
const besideMs = 15 * 60_000;

/**
 * Notices a request that should not have left: with a stale version after a newer one was confirmed, or before what its
 * route says first. The value or the comment of an event tells of which change it is.
 */
export class RequestWatch {
  readonly violations: string[] = [];
  readonly #knownByText = new Map<string, Known>();
  readonly #ledger: LedgerWatch;

  constructor(facts: readonly Fact[], ledger: LedgerWatch) {
    this.#ledger = ledger;
    for (const { told, version } of facts) {
      for (const [at, one] of told.entries()) {
        const predecessors = told.slice(0, at).filter(({ route }) => route === one.route);
        const text = toText(one.to, one.event);
        const forebears = findForebears(facts, version, one);
        if (text !== undefined) {
          this.#knownByText.set(text, { version, predecessors, forebears, told: one });
        }
      }
    }
  }

  /** A request comes in that left its sender at this instant; what was confirmed while it was on its way is no fault. */
  onSend(to: AutosysInstance, event: QueuedEvent, leftMs: number): void {
    const text = toText(to, event);
    const known = text === undefined ? undefined : this.#knownByText.get(text);
    if (known === undefined) return;
    this.#checkAge(known, leftMs);
    this.#checkTurn(known, leftMs);
  }

  #checkAge({ version, told: { to, event } }: Known, leftMs: number): void {
    const newer = this.#ledger.confirmedByTarget
      .get(toLasting(to, event) ?? '')
      ?.find((confirmed) => confirmed.atMs <= leftMs && isNewer(confirmed.version, version));
    if (newer === undefined) return;
    const { run, status } = newer.version;
    this.violations.push(`${toText(to, event)} is sent after ${run} ${status} was confirmed`);
  }

  /** What the ledger could not take at first comes later, and nobody waits for it; nor for what a newer wish has replaced. */
  #checkTurn({ version, predecessors, forebears, told }: Known, leftMs: number): void {
    const { requestedByName } = this.#ledger;
    const mine = nameRequest({ ...told, version });
    const place = requestedByName.get(mine)?.place ?? Number.NEGATIVE_INFINITY;
    for (const predecessor of predecessors.map((one) => nameRequest({ ...one, version }))) {
      const isFirst = (requestedByName.get(predecessor)?.place ?? Number.POSITIVE_INFINITY) < place;
      if (isFirst && this.#isOpen(predecessor))
        this.violations.push(`${mine} is sent before ${predecessor}`);
      if (this.#isRefused(predecessor, leftMs)) {
        this.violations.push(`${mine} is sent although ${predecessor} is parked`);
      }
    }
    for (const forebear of forebears.map(nameRequest)) {
      const askedMs = requestedByName.get(forebear)?.atMs ?? Number.POSITIVE_INFINITY;
      if (askedMs + besideMs < leftMs && this.#isOpen(forebear)) {
        this.violations.push(`${mine} is sent before ${forebear}`);
      }
    }
  }

  #isOpen(request: string): boolean {
    return !this.#ledger.taken.has(request) && this.#isStanding(request);
  }

  /** Parked before the request left, and never accepted by AutoSys. */
  #isRefused(request: string, leftMs: number): boolean {
    const parkedMs = this.#ledger.refusedMsByRequest.get(request) ?? Number.POSITIVE_INFINITY;
    return parkedMs <= leftMs && this.#isStanding(request);
  }

  #isStanding(name: string): boolean {
    return [...this.#ledger.entryByKey.values()].some((entry) => nameRequest(entry) === name);
  }
}

function findForebears(
  facts: readonly Fact[],
  { run, beganMs, attempt, status }: Version,
  mine: Told,
) {
  if (toTrait(mine.event.kind).sets !== undefined) return [];
  return facts.flatMap(({ version, told }) =>
    version.run === run &&
    version.beganMs === beganMs &&
    version.attempt === attempt &&
    isEarlier(version.status, status)
      ? told.flatMap((one) =>
          one.route === mine.route &&
          toTrait(one.event.kind).sets === undefined &&
          toTarget(one.event) === toTarget(mine.event)
            ? [{ ...one, version }]
            : [],
        )
      : [],
  );
}

/** What it sets, as the ledger watch keeps it; `undefined` for what only happens. */
function toLasting(to: string, event: AutosysEvent): string | undefined {
  const { sets } = toTrait(event.kind);
  return sets === undefined ? undefined : `${to} ${toTarget(event)} ${sets}`;
}
