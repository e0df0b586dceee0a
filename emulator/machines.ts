import type { MachineEvent } from '../autosys/event.ts';
import type { SchedulerEffect, View } from './engine/step.ts';

/**
 * MACH_OFFLINE: later starts on the machine wait in PEND_MACH. MACH_ONLINE: the waiting jobs may
 * start. Running jobs are not affected.
 */
export function changeMachine(
  view: View,
  { kind, machine }: MachineEvent,
): readonly SchedulerEffect[] {
  if (!view.machineStatus(machine)) {
    return [{ kind: 'note', text: `machine ${machine} is not defined`, refused: true }];
  }
  if (kind === 'MACH_OFFLINE') return [{ kind: 'machine', name: machine, status: 'Offline' }];
  const trigger = { kind: 'machine', because: `MACH_ONLINE ${machine}` } as const;
  const waiting = view.pendingOn(machine).map(({ job }) => {
    const signal = { kind: 'consider', job: job.name, trigger } as const;
    return { kind: 'then', signal } as const;
  });
  return [{ kind: 'machine', name: machine, status: 'Online' }, ...waiting];
}
