import { nothingStarted } from '../api.ts';
import { ApiError } from '../api-error.ts';

/** 409: the run is not in a state from which it can be restarted. */
export function toNotRestartable(message: string, fix: string): ApiError {
  return new ApiError({
    ...{ status: 409, code: 'NOT_RESTARTABLE', message, fix },
    exit: nothingStarted.input,
  });
}

/** 409: AWS cannot continue the run. */
export function toNotRedrivable(name: string, reason: string): ApiError {
  return new ApiError({
    status: 409,
    code: 'NOT_REDRIVABLE',
    message: `${name} cannot be continued: ${reason}`,
    fix: `start a new run: autosys-bridge restart ${name} --again`,
    exit: nothingStarted.wrongTarget,
  });
}
