export { type BasicCredentials, defaultTimeouts, type Timeouts } from './attempt.ts';
export { AutosysClient } from './client.ts';
export type { ReadAuthorities } from './connections.ts';
export { type AewsEndpoint, parseEndpoint } from './endpoint.ts';
export type { AutosysClientOptions, CallOptions } from './options.ts';
export { type EndpointProbe, type ProbeOptions, probeEndpoint } from './probe.ts';
export {
  type BuiltInProfileName,
  type Evidence,
  type GlobalVariableRead,
  isBuiltInProfileName,
  type JilRead,
  type JobRead,
  type Override,
  overrideProfile,
  ProfileError,
  type ProfileFault,
  type ProfileField as TemplateField,
  type ProfileOverrides,
  parseProfile,
  profileFields as templateFields,
  type RequestTemplate,
  type SuccessRule,
  type WireProfile,
  wireProfiles,
} from './profiles.ts';
export type {
  Accepted,
  CommandOutput,
  GlobalListReading,
  GlobalVariableReading,
  JilReply,
  JobEventLine,
  JobEventsReading,
  JobListReading,
  JobReading,
  LastRun,
} from './readings.ts';
export { decideNext, type FailureFacts, type Next, type RetryPolicy } from './retry.ts';
