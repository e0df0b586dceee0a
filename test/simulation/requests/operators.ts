import {
  parseComment,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
} from '../../../autosys/names.ts';
import { isActive } from '../../../autosys/status.ts';
import type { World } from '../world.ts';
import type { FaultPeriod } from './request-faults.ts';
import type { PlannedJob } from './request-plan.ts';
import { requestGlobals } from './requests-deployment.ts';
import type { RequestSystem } from './simulate-requests.ts';

const minuteMs = 60_000;

/** What operators and the schedule do to a job and to the variables. */
export function operate(system: RequestSystem, plan: PlannedJob, period: FaultPeriod): void {
  const { world, autosys } = system;
  const job = parseJobName(plan.job);
  const comment = parseComment('by hand');
  const { startMs, faultsUntilMs } = period;
  if (plan.before) {
    const kind = plan.before;
    autosys.act({ kind, job, comment });
    if (world.chance(0.6)) {
      world.at(world.between(startMs, faultsUntilMs), () => {
        autosys.act({
          kind: kind === 'JOB_ON_HOLD' ? 'JOB_OFF_HOLD' : 'JOB_OFF_ICE',
          job,
          comment,
        });
      });
    }
  }
  for (let actions = world.pick([0, 1, 2, 4]); actions > 0; actions -= 1) {
    world.at(world.between(startMs, faultsUntilMs), () => actOn(system, plan, faultsUntilMs));
  }
  if (world.chance(0.3)) restartOften(system, plan, period);
  if (world.chance(0.3)) hintEnds(system, plan);
  if (world.chance(0.1)) {
    const globalVariable = parseGlobalName(world.pick(requestGlobals));
    world.at(world.between(startMs, faultsUntilMs), () =>
      autosys.act({ kind: 'SET_GLOBAL', globalVariable, value: parseGlobalValue('by hand') }),
    );
  }
}

function actOn(system: RequestSystem, plan: PlannedJob, untilMs: number): void {
  const { world, autosys } = system;
  const job = parseJobName(plan.job);
  const comment = parseComment('by hand');
  const status = autosys.show(plan.job);
  if (status === undefined) return;
  const what = world.pick(['start', 'start', 'kill', 'hold', 'ice', 'delete', 'status'] as const);
  if (what === 'start') autosys.act({ kind: 'FORCE_STARTJOB', job, comment });
  if (what === 'kill') killWhenActive(system, plan, untilMs);
  if (what === 'hold' || what === 'ice') {
    const [on, off] =
      what === 'hold'
        ? (['JOB_ON_HOLD', 'JOB_OFF_HOLD'] as const)
        : (['JOB_ON_ICE', 'JOB_OFF_ICE'] as const);
    autosys.act({ kind: on, job, comment });
    world.after(world.between(1, 15) * minuteMs, () => autosys.act({ kind: off, job, comment }));
  }
  if (what === 'delete' && world.chance(0.2)) autosys.act({ kind: 'DELETEJOB', job });
  if (what === 'status' && !isActive(status)) {
    autosys.act({ kind: 'CHANGE_STATUS', job, status: world.pick(['SUCCESS', 'INACTIVE']) });
  }
}

/** A kill waits until there is something to kill. */
function killWhenActive(system: RequestSystem, plan: PlannedJob, untilMs: number): void {
  const { world, autosys } = system;
  const status = autosys.show(plan.job);
  if (world.nowMs > untilMs || status === undefined) return;
  if (isActive(status)) {
    const comment = parseComment('by hand');
    autosys.act({ kind: 'KILLJOB', job: parseJobName(plan.job), comment });
  } else world.after(20_000, () => killWhenActive(system, plan, untilMs));
}

/** Starts the job again as soon as a run has ended, a few times: two runs in a row. */
function restartOften(
  { world, autosys }: RequestSystem,
  { job }: PlannedJob,
  period: FaultPeriod,
): void {
  let left = world.between(1, 3);
  autosys.installation.instance.onChange(({ kind, job: changed, status }) => {
    if (kind !== 'status' || changed !== job || left === 0) return;
    if (status !== 'SUCCESS' && status !== 'FAILURE' && status !== 'TERMINATED') return;
    if (world.nowMs > period.faultsUntilMs) return;
    left -= 1;
    world.after(world.pick([10, 1_500, 40_000]), () => {
      const comment = parseComment('restarted');
      autosys.act({ kind: 'FORCE_STARTJOB', job: parseJobName(job), comment });
    });
  });
}

/** A job that notifies the bridge after the end of this one. */
function hintEnds({ world, autosys, host }: RequestSystem, { job }: PlannedJob): void {
  autosys.installation.instance.onChange(({ kind, job: changed, status }) => {
    if (kind !== 'status' || changed !== job) return;
    if (status !== 'SUCCESS' && status !== 'FAILURE' && status !== 'TERMINATED') return;
    world.count('hints');
    world.after(world.between(100, 3_000), () => notify(world, host, job));
  });
}

function notify(world: World, host: RequestSystem['host'], job: string): void {
  const times = world.chance(0.2) ? 2 : 1;
  for (let left = times; left > 0; left -= 1) {
    host.invoke('wait', (bound, signal) => bound.hint(job, signal));
  }
}
