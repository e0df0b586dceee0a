import type { GlobalView } from '../autosys/views.ts';
import type { Autosys } from '../lambda/delivery/autosys.ts';

/** Shows each value as soon as it is set. */
export function createImmediateAutosys(): Autosys {
  const values = new Map<string, GlobalView>();
  return {
    confirmWithinMs: 1_000,
    deadlineMs: 345_600_000,
    oldEvents: 'park',
    drainPerSecond: 20,
    port: {
      sendEvent: async (event) => {
        if (event.kind === 'SET_GLOBAL') {
          values.set(event.globalVariable, { kind: 'value', value: event.value });
        }
      },
      readJob: async () => ({ status: 'INACTIVE', onNoExec: false, lastRun: {} }),
      readGlobalVariable: async (name) => values.get(name) ?? { kind: 'unset' },
    },
  };
}
