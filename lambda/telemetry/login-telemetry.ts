import type { AutosysInstance } from '../../autosys/names.ts';
import { describeError } from '../errors.ts';
import type { LoginNotice } from '../login/notice.ts';
import { type Log, type LogFields, toErrorFields } from './report-telemetry.ts';

interface Line {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields?: LogFields;
}

/** Creates the log of a login: one line for each notice. It contains nothing of the credentials. */
export function createLoginTelemetry(log: Log, autosysInstance: AutosysInstance, secret: string) {
  return function logLogin(notice: LoginNotice): void {
    const { level, message, fields } = toLine(notice);
    log[level](message, { autosysInstance, secret, ...fields });
  };
}

/** Creates the log of slots that could not be released; their lease then expires. */
export function createReleaseTelemetry(log: Log) {
  return function logReleaseFailure(error: unknown): void {
    log.error('login slots not released', toErrorFields(describeError(error)));
  };
}

/**
 * Creates the log of CA certificates that stay in use because their secret is unavailable or
 * invalid.
 */
export function createAuthorityTelemetry(log: Log, autosysInstance: AutosysInstance) {
  return function logCachedCertificates(reason: string): void {
    log.warn('CA secret unavailable, using cached certificates', { autosysInstance, reason });
  };
}

function toLine(notice: LoginNotice): Line {
  switch (notice.kind) {
    case 'previousInUse': {
      const reason =
        'AutoSys refuses the current version of the secret and accepts the previous one; finish the rotation in AutoSys';
      return { level: 'warn', message: 'previous credentials in use', fields: { reason } };
    }
    case 'currentInUse':
      return { level: 'info', message: 'current credentials in use again' };
    case 'suspended': {
      const reason =
        'too many logins were refused; no login is sent before that time unless the secret gets a new version';
      const until = notice.until.toISOString();
      return {
        level: 'error',
        message: 'all credentials rejected, logins suspended',
        fields: { reason, until },
      };
    }
    case 'requestRefused': {
      const { target } = notice;
      const reason =
        'AutoSys answered 401 although the login had worked within a minute; another request decides whether the login is refused';
      return {
        level: 'warn',
        message: 'credentials rejected for one request',
        fields: { target, reason },
      };
    }
    case 'cachedInUse': {
      const { reason } = notice;
      return {
        level: 'warn',
        message: 'secret unavailable, using cached credentials',
        fields: { reason },
      };
    }
    default:
      return notice satisfies never;
  }
}
