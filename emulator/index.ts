export type { EmulatedLogin, Permission } from './accounts.ts';
export type { Identity, ServerCertificate } from './authority.ts';
export { issue, makeAuthority } from './authority.ts';
export type { Clock } from './clock.ts';
export { createSystemClock, ManualClock } from './clock.ts';
export type { JobShape, UnknownJobStatus } from './deps.ts';
export type { Emulator } from './emulator.ts';
export type { ContentEncoding } from './encode-body.ts';
export { contentEncodings } from './encode-body.ts';
export type { EndpointRoute, Fidelity } from './endpoints.ts';
export { endpoints } from './endpoints.ts';
export type { EventSupport } from './event-support.ts';
export { eventSupport } from './event-support.ts';
export { inheritedVariables } from './executing/environment.ts';
export type { JobOutput } from './executing/job-output.ts';
export { isLoopbackHost } from './executing/loopback.ts';
export type { ExecuteOptions, KillTarget } from './executing/settings.ts';
export { parseExecuteOptions } from './executing/settings.ts';
export { readSignalList } from './executing/signals.ts';
export type { Fault, FaultScope, PlannedFault } from './faults.ts';
export {
  acceptAndLose,
  answerAfter,
  compress,
  emptyBody,
  garbage,
  halfAResponse,
  neverAnswer,
  refuseConnection,
  resetAfterAccept,
  resetBeforeAnswer,
  respond,
  respondEmpty,
  respondWithLine,
  respondWithPage,
  slowBody,
} from './faults.ts';
export { printEndpointTable, printEventTable, printExecuteTable } from './fidelity.ts';
export type { InstanceChange, JilOutcome } from './instance-types.ts';
export type { RequestRecord } from './request-log.ts';
export type { EmulatorOptions } from './start.ts';
export { describeOpenHost, startEmulator } from './start.ts';
export { findUnknownTimezones } from './timezone.ts';
export type { EmulatedProfile } from './wire.ts';
export { emulatedProfiles } from './wire.ts';
