import { parseGlobalName, parseGlobalValue } from '../../../autosys/names.ts';
import type { Instance } from '../../../emulator/instance.ts';
import type { World } from '../world.ts';

interface Setting {
  readonly atMs: number;
  readonly value: string | undefined;
}

/** What an AutoSys remembers of its global variables, and how it forgets the last minutes of it. */
export class Memory {
  readonly #world: World;
  readonly #instance: Instance;
  readonly #settingsByVariable = new Map<string, Setting[]>();

  constructor(world: World, instance: Instance) {
    this.#world = world;
    this.#instance = instance;
    instance.onChange(({ kind, at, globalVariable, value }) => {
      if (kind !== 'globalVariable' || globalVariable === undefined) return;
      const settings = this.#settingsByVariable.get(globalVariable) ?? [];
      this.#settingsByVariable.set(globalVariable, [...settings, { atMs: at.getTime(), value }]);
    });
  }

  /** The variables stand as they stood so many milliseconds ago. */
  forget(ms: number): void {
    const asOfMs = this.#world.nowMs - ms;
    for (const [name, settings] of this.#settingsByVariable) {
      const then = settings.findLast(({ atMs }) => atMs <= asOfMs)?.value;
      if (then === settings.at(-1)?.value) continue;
      this.#world.count('forgotten variables');
      this.#world.note(() => `${this.#instance.name} forgets ${name}, which is ${then} again`);
      const globalVariable = parseGlobalName(name);
      const kind = 'SET_GLOBAL';
      this.#instance.queue(
        then === undefined
          ? { kind, globalVariable, value: 'DELETE' }
          : { kind, globalVariable, value: parseGlobalValue(then) },
        { user: 'restore' },
      );
    }
  }
}
