import { type AutosysEvent, toTrait } from '../../../autosys/event.ts';
import type { AutosysInstance } from '../../../autosys/names.ts';
import type { QueuedEvent } from '../../../emulator/instance-types.ts';
import { isEarlier, type Version } from '../../../lambda/workload/version.ts';
import { toTarget } from '../autosys/recorder.ts';
import { type ExpectedEffect, type Fact, toText } from './facts.ts';
import { type LedgerWatch, nameRequest } from './ledger-watch.ts';
import { isNewer } from './versions.ts';

/** What the facts say about a request. */
interface KnownRequest {
  readonly version: Version;
  /** Earlier effects of the route on the same change. */
  readonly predecessors: readonly ExpectedEffect[];
  /** Effects of the route on the same job for earlier changes of the same attempt. */
  readonly earlierEffects: readonly (ExpectedEffect & { readonly version: Version })[];
  readonly effect: ExpectedEffect;
}

/**
 * Time within which concurrent functions may not see each other's requests, for example after a
 * pause.
 */
const concurrentMs = 15 * 60_000;

/**
 * Detects a request that must not be sent: an older version after a newer one was confirmed, or an
 * effect before its predecessor. The value or the comment of an event identifies its change.
 */
export class RequestWatch {
  readonly violations: string[] = [];
  readonly #knownByText = new Map<string, KnownRequest>();
  readonly #ledger: LedgerWatch;

  constructor(facts: readonly Fact[], ledger: LedgerWatch) {
    this.#ledger = ledger;
    for (const { effects, version } of facts) {
      for (const [at, one] of effects.entries()) {
        // An instance waits for no other one of the same route.
        const predecessors = effects
          .slice(0, at)
          .filter(({ route, to }) => route === one.route && to === one.to);
        const text = toText(one.to, one.event);
        const earlierEffects = findEarlierEffects(facts, version, one);
        if (text !== undefined) {
          this.#knownByText.set(text, { version, predecessors, earlierEffects, effect: one });
        }
      }
    }
  }

  /**
   * Checks a request that left its sender at `sentMs`. A confirmation while it was on its way is no
   * violation.
   */
  onSend(to: AutosysInstance, event: QueuedEvent, sentMs: number): void {
    const text = toText(to, event);
    const known = text === undefined ? undefined : this.#knownByText.get(text);
    if (known === undefined) return;
    this.#checkVersion(known, sentMs);
    this.#checkOrder(known, sentMs);
  }

  #checkVersion({ version, effect: { to, event } }: KnownRequest, sentMs: number): void {
    const newer = this.#ledger.confirmedByTarget
      .get(toTargetKey(to, event) ?? '')
      ?.find((confirmed) => confirmed.atMs <= sentMs && isNewer(confirmed.version, version));
    if (newer === undefined) return;
    const { run, status } = newer.version;
    this.violations.push(`${toText(to, event)} is sent after ${run} ${status} was confirmed`);
  }

  /**
   * Checks the order. A predecessor that the ledger stored later, or that a newer request has
   * replaced, does not count.
   */
  #checkOrder(
    { version, predecessors, earlierEffects, effect }: KnownRequest,
    sentMs: number,
  ): void {
    const { requestedByName } = this.#ledger;
    const own = nameRequest({ ...effect, version });
    const position = requestedByName.get(own)?.position ?? Number.NEGATIVE_INFINITY;
    for (const predecessor of predecessors.map((one) => nameRequest({ ...one, version }))) {
      const isFirst =
        (requestedByName.get(predecessor)?.position ?? Number.POSITIVE_INFINITY) < position;
      if (isFirst && this.#isOpen(predecessor))
        this.violations.push(`${own} is sent before ${predecessor}`);
      if (this.#isParked(predecessor, sentMs)) {
        this.violations.push(`${own} is sent although ${predecessor} is parked`);
      }
    }
    for (const earlier of earlierEffects.map(nameRequest)) {
      const requestedMs = requestedByName.get(earlier)?.atMs ?? Number.POSITIVE_INFINITY;
      if (requestedMs + concurrentMs < sentMs && this.#isOpen(earlier)) {
        this.violations.push(`${own} is sent before ${earlier}`);
      }
    }
  }

  #isOpen(request: string): boolean {
    return !this.#ledger.acceptedOrParked.has(request) && this.#isStored(request);
  }

  /**
   * True when the predecessor was parked before the request was sent, without ever being accepted.
   */
  #isParked(request: string, sentMs: number): boolean {
    const parkedMs = this.#ledger.parkedMsByRequest.get(request) ?? Number.POSITIVE_INFINITY;
    return parkedMs <= sentMs && this.#isStored(request);
  }

  #isStored(name: string): boolean {
    return [...this.#ledger.entryByKey.values()].some((entry) => nameRequest(entry) === name);
  }
}

function findEarlierEffects(
  facts: readonly Fact[],
  { run, beganMs, attempt, status }: Version,
  own: ExpectedEffect,
) {
  if (toTrait(own.event.kind).sets !== undefined) return [];
  return facts.flatMap(({ version, effects }) =>
    version.run === run &&
    version.beganMs === beganMs &&
    version.attempt === attempt &&
    isEarlier(version.status, status)
      ? effects.flatMap((one) =>
          one.route === own.route &&
          one.to === own.to &&
          toTrait(one.event.kind).sets === undefined &&
          toTarget(one.event) === toTarget(own.event)
            ? [{ ...one, version }]
            : [],
        )
      : [],
  );
}

/** Returns the target key of {@link LedgerWatch}; `undefined` for a one-shot. */
function toTargetKey(to: string, event: AutosysEvent): string | undefined {
  const { sets } = toTrait(event.kind);
  return sets === undefined ? undefined : `${to} ${toTarget(event)} ${sets}`;
}
