import type { AutosysInstance } from '../../../autosys/names.ts';
import type { QueuedEvent } from '../../../emulator/instance-types.ts';
import { toTargetKey } from '../../../lambda/report/ledger/rows.ts';
import { compareToKnown, type Version } from '../../../lambda/report/order.ts';
import type { Fact } from './facts.ts';
import type { LedgerWatch } from './ledger-watch.ts';

/** Notices a request that carries a stale version after a newer one was confirmed: the value tells its version. */
export class RequestWatch {
  readonly violations: string[] = [];
  readonly #versionByValue = new Map<string, Version>();
  readonly #confirmedByTarget: LedgerWatch['confirmedByTarget'];

  constructor(facts: readonly Fact[], confirmedByTarget: LedgerWatch['confirmedByTarget']) {
    this.#confirmedByTarget = confirmedByTarget;
    for (const { told, version } of facts) {
      for (const { event } of told) {
        if (event.kind === 'SET_GLOBAL') this.#versionByValue.set(event.value, version);
      }
    }
  }

  /** A request comes in that left its sender at this instant; what was confirmed while it was on its way is no fault. */
  onSend(to: AutosysInstance, event: QueuedEvent, leftMs: number): void {
    if (event.kind !== 'SET_GLOBAL') return;
    const version = this.#versionByValue.get(event.value);
    if (version === undefined) return;
    const key = toTargetKey(to, `global ${event.globalVariable}`);
    const newer = this.#confirmedByTarget
      .get(key)
      ?.find(
        (confirmed) =>
          confirmed.atMs <= leftMs && compareToKnown(confirmed.version, version) === 'newer',
      );
    if (newer === undefined) return;
    const { run, status } = newer.version;
    this.violations.push(`${event.value} is sent after ${run} ${status} was confirmed`);
  }
}
