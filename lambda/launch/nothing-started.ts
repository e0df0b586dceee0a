import { ApiError } from './api-error.ts';
import { type LaunchRefusal, neverStarted } from './launch.ts';
import { mirrorNotShown, mirrorRejected } from './mirror/mirror-refusals.ts';

function toRefusalFix(code: string, isByAws: boolean): string {
  if (isByAws) {
    return 'correct the target in the route file, or what it names in AWS, and start it again';
  }
  return code === mirrorRejected
    ? 'correct mirror of the target in the route file, or insert the job in AutoSys, and start it again'
    : 'if it is still wanted, start it once more with --again';
}

/** 422: nothing was started, by AWS or by the bridge. */
export function toNothingStarted(name: string, { code, message, exit }: LaunchRefusal): ApiError {
  const byBridge: readonly string[] = [neverStarted, mirrorNotShown, mirrorRejected];
  const isByAws = !byBridge.includes(code);
  return new ApiError({
    status: 422,
    code: isByAws ? 'REFUSED_BY_AWS' : code,
    message: `nothing was started for ${name}: ${message}`,
    fix: toRefusalFix(code, isByAws),
    exit,
  });
}
