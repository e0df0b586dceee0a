import type { AutosysInstance } from '../../../autosys/names.ts';
import type { QueuedEvent } from '../../../emulator/instance-types.ts';
import {
  isObservedKey,
  type ObservedEntry,
  toObservedPrefix,
} from '../../../lambda/ledger/observed.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { renamed, watchedText } from '../deployment.ts';
import type { World } from '../world.ts';
import { type Evidence, toKnownFacts } from './evidence.ts';

/**
 * Watches observed routes: nothing is ever sent for them, and each of their events is recorded once.
 */
export class ObservedWatch {
  readonly violations: string[] = [];
  /** Number of times that each row was recorded anew, by row key. */
  readonly #recordedByKey = new Map<string, number>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Wraps the table. */
  over(table: Table): Table {
    return {
      ...table,
      put: async (row, seen) => {
        const revision = await table.put(row, seen);
        if (revision !== undefined && isObservedKey(row.key)) {
          this.#onRow(row.key, row.body as ObservedEntry);
        }
        return revision;
      },
    };
  }

  /** Checks a request to AutoSys. Only observed routes have this text. */
  onSend(to: AutosysInstance, event: QueuedEvent): void {
    if (!JSON.stringify(event).includes(watchedText)) return;
    this.violations.push(`${to} was sent ${event.kind} of an observed route`);
  }

  /** Checks at the end that each known event is recorded. */
  judge(evidence: Evidence): readonly string[] {
    const missing = toKnownFacts(evidence).flatMap(({ observed, version, change }) =>
      observed.flatMap(({ to, route }) => {
        const names = to === renamed.from ? [to, renamed.to] : [to];
        const isRecorded = names.some((name) => {
          const request = { to: name as AutosysInstance, cause: { route }, version };
          return this.#recordedByKey.has(`${toObservedPrefix(request)}0`);
        });
        return isRecorded ? [] : [`event ${change.event.id} of an observed route is not recorded`];
      }),
    );
    const repeated = [...this.#recordedByKey].flatMap(([key, times]) =>
      times > 1 ? [`${key} is recorded ${times} times`] : [],
    );
    return [...this.violations, ...missing, ...repeated];
  }

  #onRow(key: string, { checks, seen }: ObservedEntry): void {
    if (checks > 0) {
      this.#world.count(seen ? 'old reactions read' : 'old reactions awaited');
      return;
    }
    this.#world.count('observed effects');
    this.#recordedByKey.set(key, (this.#recordedByKey.get(key) ?? 0) + 1);
  }
}
