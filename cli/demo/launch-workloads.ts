import type { ExecutionPlan, Local } from '../../local/index.ts';

/** The dates for which the embedded state machine does something else than succeed. */
export const demoDates = { noRates: '2026-12-25', untilStopped: '2026-12-01' } as const;

/** Declares what `examples/launch.yaml` names, in the embedded AWS. */
export function defineLaunchWorkloads({ workloads }: Pick<Local, 'workloads'>): void {
  workloads.define({
    stateMachine: 'settlement-leg-a',
    runs: { steps: [{ kind: 'wait', state: 'Work', for: 'untilStopped' }] },
  });
  workloads.define({
    stateMachine: 'settlement',
    versions: [1],
    aliases: { live: 1 },
    runs: ({ input }) => toSettlementPlan(input),
  });
  workloads.define({
    stateMachine: 'fx-rates',
    runs: { steps: [{ kind: 'wait', state: 'Work', for: 2_000 }] },
  });
  workloads.define({ jobQueue: 'night' });
  workloads.define({
    jobDefinition: 'risk',
    revision: 7,
    platformCapabilities: ['EC2'],
    runs: ({ arrayIndex = 0 }) => ({
      attempts: [
        { runningFor: 2_000, exitCode: arrayIndex === 1 ? 3 : 0, logs: [`part ${arrayIndex}`] },
      ],
    }),
  });
}

/** @param input JSON text with the date of the run */
function toSettlementPlan(input: string): ExecutionPlan {
  if (input.includes(demoDates.noRates)) {
    const error = 'Rates.NoData';
    const cause = `no rates for ${demoDates.noRates}`;
    return {
      steps: [
        {
          kind: 'lambda',
          state: 'Rates',
          functionName: 'fetch-rates',
          for: 1_500,
          fails: { error, cause },
          logs: ['connect to the rates service', cause],
        },
      ],
    };
  }
  if (input.includes(demoDates.untilStopped)) {
    return {
      steps: [
        { kind: 'startExecution', state: 'Legs', stateMachine: 'settlement-leg-a', sync: false },
        { kind: 'wait', state: 'Work', for: 'untilStopped' },
      ],
    };
  }
  return { steps: [{ kind: 'wait', state: 'Work', for: 2_000 }] };
}
