import { parseGlobalName } from '../../../autosys/names.ts';
import type { Instance } from '../../../emulator/instance.ts';
import type { World } from '../world.ts';
import { byHand } from './operator.ts';

interface PastValue {
  readonly atMs: number;
  readonly value: string | undefined;
  /** Last Changed of the variable. A restore brings the earlier time back too. */
  readonly changedAt: Date;
  /** True when a restore of the database set the value. */
  readonly isRestored: boolean;
}

/**
 * The history of the global variables of one AutoSys, and restores that lose the newest part of it.
 */
export class VariableHistory {
  readonly #world: World;
  readonly #instance: Instance;
  readonly #historyByVariable = new Map<string, PastValue[]>();
  /**
   * Variables that a restore moved back by more than their last change, or to a value that an
   * operator had set, with the restored value.
   *
   * The bridge cannot distinguish this from an operator's change.
   */
  readonly ambiguousRestores = new Map<string, string | undefined>();

  constructor(world: World, instance: Instance) {
    this.#world = world;
    this.#instance = instance;
    instance.onChange(({ kind, at, globalVariable, value, because }) => {
      if (kind !== 'globalVariable' || globalVariable === undefined) return;
      const history = this.#historyByVariable.get(globalVariable) ?? [];
      if (history.at(-1)?.value === value) return;
      const changedAt = instance.globalVariable(globalVariable)?.changedAt ?? at;
      const isRestored = because === 'restored';
      const pastValue = { atMs: at.getTime(), value, changedAt, isRestored };
      this.#historyByVariable.set(globalVariable, [...history, pastValue]);
    });
  }

  /** True when an operator set the variable after it had this value. */
  wasSetByHandAfter(globalVariable: string, value: string): boolean {
    const history = this.#historyByVariable.get(globalVariable) ?? [];
    const lastIndex = history.findLastIndex((past) => past.value === value);
    return lastIndex >= 0 && history.slice(lastIndex).some((past) => past.value === byHand);
  }

  /** True when a restore ever changed the variable. */
  wasRestored(globalVariable: string): boolean {
    const history = this.#historyByVariable.get(globalVariable) ?? [];
    return history.some(({ isRestored }) => isRestored);
  }

  /** Restores all variables to their values `ms` milliseconds ago. */
  restore(ms: number): void {
    const asOfMs = this.#world.nowMs - ms;
    for (const [name, history] of this.#historyByVariable) {
      const past = history.findLast(({ atMs }) => atMs <= asOfMs);
      const { value: restored, changedAt = new Date(asOfMs) } = past ?? {};
      if (restored === history.at(-1)?.value) continue;
      this.#world.count('variables rolled back');
      const ownUpdates = history.filter(({ isRestored }) => !isRestored);
      // The bridge logged an ambiguous restore and left the value alone. It does so again at the
      // next restore.
      const isAmbiguous = restored === byHand || restored !== ownUpdates.at(-2)?.value;
      if (isAmbiguous || this.ambiguousRestores.has(name))
        this.ambiguousRestores.set(name, restored);
      this.#world.log(() => `${this.#instance.name} restores ${name} to ${restored}`);
      const globalVariable = parseGlobalName(name);
      const earlier = restored === undefined ? undefined : { value: restored, changedAt };
      this.#instance.restoreGlobalVariable(globalVariable, earlier);
    }
  }
}
