import type { AutosysInstance } from '../../../autosys/names.ts';
import type { QueuedEvent } from '../../../emulator/instance-types.ts';
import { toTargetKey } from '../../../lambda/report/ledger/rows.ts';
import { compareToKnown, type Version } from '../../../lambda/report/order.ts';
import type { Fact } from './facts.ts';

/** Notices a request that carries a stale version after a newer one was confirmed: the value tells its version. */
export class RequestWatch {
  readonly violations: string[] = [];
  readonly #versionByValue = new Map<string, Version>();
  readonly #confirmedByTarget: ReadonlyMap<string, Version>;

  constructor(facts: readonly Fact[], confirmedByTarget: ReadonlyMap<string, Version>) {
    this.#confirmedByTarget = confirmedByTarget;
    for (const { told, version } of facts) {
      for (const { event } of told) {
        if (event.kind === 'SET_GLOBAL') this.#versionByValue.set(event.value, version);
      }
    }
  }

  onSend(to: AutosysInstance, event: QueuedEvent): void {
    if (event.kind !== 'SET_GLOBAL') return;
    const version = this.#versionByValue.get(event.value);
    const confirmed = this.#confirmedByTarget.get(
      toTargetKey(to, `global ${event.globalVariable}`),
    );
    if (!version || !confirmed || compareToKnown(confirmed, version) !== 'newer') return;
    this.violations.push(
      `${event.value} is sent after ${confirmed.run} ${confirmed.status} was confirmed`,
    );
  }
}
