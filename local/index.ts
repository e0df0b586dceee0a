export { PatternError } from '../event-pattern/index.ts';
export {
  Bus,
  type BusPlacement,
  type Rule,
  type RuleTarget,
} from './bus.ts';
export { type CallerKeys, LocalCallers } from './callers.ts';
export { type LocalClock, ManualLocalClock, systemClock } from './clock.ts';
export { EnvelopeError } from './envelope.ts';
export type { FaultInjection } from './fault-injection.ts';
export { type LocalIam, startLocalIam } from './iam.ts';
export type {
  DirectInvocation,
  DirectInvocationResult,
  FunctionError,
  InvocationResult,
  InvokeFunction,
} from './invocation.ts';
export { type CallerSettings, LocalLambda } from './lambda/lambda-server.ts';
export { type DeadLetter, type Local, type LocalOptions, startLocal } from './local.ts';
export type { QueueInvocation } from './poller.ts';
export { Queue } from './queue.ts';
export { seededRandom } from './random.ts';
export type { RestFault } from './rest/rest-faults.ts';
export { type HandledRequest, RestFront, type RestFrontSettings } from './rest/rest-front.ts';
export {
  type LocalFunction,
  type LogLine,
  type StartFunctionOptions,
  startFunction,
} from './runtime-host.ts';
export type { Tick } from './schedule.ts';
export { LocalSecrets } from './secrets.ts';
export { type LocalStacks, type StackDeclaration, startLocalStacks } from './stacks.ts';
export { LocalSts } from './sts.ts';
export { type SynthesizedAssembly, type SynthesizeOptions, synthesize } from './synthesize.ts';
export { LocalTables } from './tables.ts';
export { readWiring } from './template.ts';
export { TemplateError } from './template-error.ts';
export type {
  WiredFunction,
  WiredMapping,
  WiredQueue,
  WiredRule,
  WiredSchedule,
  WiredTable,
  Wiring,
} from './wiring.ts';
export type { BatchAttemptPlan, BatchJobPlan, BatchJobStart } from './workloads/batch/plan.ts';
export type {
  JobDefinitionDeclaration,
  JobQueueDeclaration,
} from './workloads/batch/resources.ts';
export type { CallFault, FaultyCall } from './workloads/call-faults.ts';
export type { EventFault, StatusChange } from './workloads/event-emission.ts';
export type { WorkloadUpdate } from './workloads/observed-runs.ts';
export type { PlannedWorkload } from './workloads/planned-runs.ts';
export type { PlannedTime } from './workloads/planned-time.ts';
export type { WorkloadSettings } from './workloads/settings.ts';
export type { InvokeStep, Retrier } from './workloads/step-functions/invoke-plan.ts';
export type {
  ExecutionPlan,
  ExecutionStart,
  ExecutionStep,
} from './workloads/step-functions/plan.ts';
export type { StateMachineDeclaration } from './workloads/step-functions/state-machines.ts';
export type { TaskWithToken } from './workloads/step-functions/task-tokens.ts';
export { LocalWorkloads, type WorkloadOptions } from './workloads.ts';
