import { parseGlobalName } from '../../../autosys/names.ts';
import type { Instance } from '../../../emulator/instance.ts';
import type { World } from '../world.ts';
import { byHand } from './operator.ts';

interface Setting {
  readonly atMs: number;
  readonly value: string | undefined;
  /** When it was last set by an event; a restore brings this back too. */
  readonly changedAt: Date;
  /** Nobody has set it: it came back when AutoSys forgot. */
  readonly isRestored: boolean;
}

/** What an AutoSys remembers of its global variables, and how it forgets the last minutes of it. */
export class Memory {
  readonly #world: World;
  readonly #instance: Instance;
  readonly #settingsByVariable = new Map<string, Setting[]>();
  /**
   * Variables that went back by more than the last change that anybody made, or to what a person had set, with what they showed then.
   *
   * Nobody can tell this from a person's own doing: a value of last night may be what somebody has set by hand.
   */
  readonly wentFarBack = new Map<string, string | undefined>();

  constructor(world: World, instance: Instance) {
    this.#world = world;
    this.#instance = instance;
    instance.onChange(({ kind, at, globalVariable, value, because }) => {
      if (kind !== 'globalVariable' || globalVariable === undefined) return;
      const settings = this.#settingsByVariable.get(globalVariable) ?? [];
      if (settings.at(-1)?.value === value) return;
      const changedAt = instance.globalVariable(globalVariable)?.changedAt ?? at;
      const isRestored = because === 'restored';
      const setting = { atMs: at.getTime(), value, changedAt, isRestored };
      this.#settingsByVariable.set(globalVariable, [...settings, setting]);
    });
  }

  /** Whether a person has set the variable after this value stood in it. */
  wasSetByHandAfter(globalVariable: string, value: string): boolean {
    const settings = this.#settingsByVariable.get(globalVariable) ?? [];
    const stoodAt = settings.findLastIndex((setting) => setting.value === value);
    return stoodAt >= 0 && settings.slice(stoodAt).some((setting) => setting.value === byHand);
  }

  /** Whether the variable was ever put back to an earlier value. */
  wasRestored(globalVariable: string): boolean {
    const settings = this.#settingsByVariable.get(globalVariable) ?? [];
    return settings.some(({ isRestored }) => isRestored);
  }

  /** The variables stand as they stood so many milliseconds ago. */
  forget(ms: number): void {
    const asOfMs = this.#world.nowMs - ms;
    for (const [name, settings] of this.#settingsByVariable) {
      const setting = settings.findLast(({ atMs }) => atMs <= asOfMs);
      const { value: then, changedAt = new Date(asOfMs) } = setting ?? {};
      if (then === settings.at(-1)?.value) continue;
      this.#world.count('forgotten variables');
      const made = settings.filter(({ isRestored }) => !isRestored);
      // What went far back once was told of and left alone; so it is when it goes back again.
      const isFarBack = then === byHand || then !== made.at(-2)?.value;
      if (isFarBack || this.wentFarBack.has(name)) this.wentFarBack.set(name, then);
      this.#world.note(() => `${this.#instance.name} forgets ${name}, which is ${then} again`);
      const globalVariable = parseGlobalName(name);
      const earlier = then === undefined ? undefined : { value: then, changedAt };
      this.#instance.restoreGlobalVariable(globalVariable, earlier);
    }
  }
}
