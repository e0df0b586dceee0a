import type { World } from '../../world.ts';
import { isRunning, type Work } from '../aws/work.ts';
import type { SimulatedWorkloads } from '../aws/workloads.ts';
import { narrowMax } from '../launch-deployment.ts';

/** Watches each change in AWS for rules that the end of a scenario does not show. */
export function watchLaunches(world: World, violations: string[]) {
  return function watch(workloads: SimulatedWorkloads, work: Work): void {
    if (work.place !== 'narrow' || work.parent || !isRunning(work)) return;
    const running = workloads.works.filter(
      (one) =>
        one.place === 'narrow' && !one.parent && isRunning(one) && one.redrivenMs === undefined,
    );
    if (running.length <= narrowMax) return;
    violations.push(
      `${running.length} runs of narrow at once, allowed: ${narrowMax}, at ${world.now().toISOString()}`,
    );
  };
}
