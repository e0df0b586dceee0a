export {
  AutosysClient,
  type AutosysClientOptions,
  type CallOptions,
  type Credentials,
  type Timeouts,
} from './client.ts';
export {
  type Evidence,
  type JilRead,
  type JobRead,
  type RequestTemplate,
  type SuccessRule,
  type TemplateField,
  templateFields,
  type WireProfile,
} from './profile.ts';
export type {
  Accepted,
  CommandOutput,
  GlobalVariableReading,
  JilReply,
  JobReading,
  LastRun,
} from './readings.ts';
export { decideNext, type FailureFacts, type Next, type RetryPolicy } from './retry.ts';
