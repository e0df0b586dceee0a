import type { ChildPlan, Work, WorkPlan } from './work.ts';

/** The definition of the state machine of an execution. A child of a Map Run has that of its parent. */
export function toWorkDefinition(work: Work): string {
  const { parent, listedBy, plan, laterPlans } = work;
  if (parent !== undefined && listedBy !== undefined) return toWorkDefinition(parent);
  return JSON.stringify({ StartAt: 'All', ...toStates([plan, ...laterPlans]) });
}

const resources = {
  plain: 'arn:aws:states:::states:startExecution',
  sync: 'arn:aws:states:::states:startExecution.sync:2',
  submit: 'arn:aws:states:::batch:submitJob',
  batch: 'arn:aws:states:::batch:submitJob.sync',
} as const;

function toStates(plans: readonly WorkPlan[]): object {
  const Branches = plans
    .flatMap(({ children }) => children)
    .map((child) => ({
      StartAt: 'One',
      States: { One: { ...toState(child), End: true } },
    }));
  const work = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
  const all = Branches.length > 0 ? { Type: 'Parallel', Branches, End: true } : work;
  return { States: { All: all } };
}

function toState({ how, plan }: ChildPlan): object {
  if (how !== 'map') return { Type: 'Task', Resource: resources[how] };
  const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
  return { Type: 'Map', ItemProcessor: { ProcessorConfig, StartAt: 'All', ...toStates([plan]) } };
}
