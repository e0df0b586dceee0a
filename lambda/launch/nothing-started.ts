import { ApiError } from './api-error.ts';
import { type LaunchRefusal, neverStarted } from './launch.ts';
import { mirrorNotShown, mirrorRejected } from './mirror/mirror-refusals.ts';

/** Codes of the bridge, which did not ask AWS. */
const byBridge: readonly string[] = [neverStarted, mirrorNotShown, mirrorRejected];

/** 422: AWS has refused the start or redrive of a launch, or was never asked. */
export function toNothingStarted(name: string, { code, message, exit }: LaunchRefusal): ApiError {
  return new ApiError({
    status: 422,
    code: byBridge.includes(code) ? code : 'REFUSED_BY_AWS',
    message: `nothing was started for ${name}: ${message}`,
    fix: adviseAfterRefusal(code),
    exit,
  });
}

/** What a person can do after a refusal. @param code that of a {@link LaunchRefusal} */
export function adviseAfterRefusal(code: string): string {
  switch (code) {
    case neverStarted:
      return 'if it is still wanted, start it once more with --again';
    case mirrorRejected:
      return 'correct mirror of the target in the route file, or insert the job in AutoSys, and start it again';
    case 'ALREADY_CONTINUED':
      return 'wait for that run, or restart it';
    case 'ExecutionNotRedrivable':
      return 'repeat the restart with --again, which starts a new run';
    case 'ExecutionAlreadyExists':
      return 'use the input of that execution, or start another run with --again';
    default:
      return 'correct the target in the route file, or what it names in AWS, and start it again';
  }
}
