import type { AutosysInstance } from '../../autosys/names.ts';
import { describeError } from '../errors.ts';
import type { LoginNews } from '../login/news.ts';
import { type Log, type LogFields, toErrorFields } from './report-telemetry.ts';

interface Line {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields?: LogFields;
}

/** Binds the account of a login: one log line for each piece of news, without anything of the login. */
export function createLoginTelemetry(log: Log, autosysInstance: AutosysInstance, secret: string) {
  return (news: LoginNews): void => {
    const { level, message, fields } = toLine(news);
    log[level](message, { autosysInstance, secret, ...fields });
  };
}

/** Binds the log line of slots that could not be given back; their lease ends by itself. */
export function createReleaseTelemetry(log: Log) {
  return (error: unknown): void =>
    log.error('login slots not given back', toErrorFields(describeError(error)));
}

/** Binds the account of the certificates to trust: one log line when those read before are used on, with the reason. */
export function createAuthorityTelemetry(log: Log, autosysInstance: AutosysInstance) {
  return (reason: string): void =>
    log.warn('the CA certificates read before are used on', { autosysInstance, reason });
}

function toLine(news: LoginNews): Line {
  switch (news.kind) {
    case 'previousInUse': {
      const reason =
        'AutoSys refuses the current version of the secret and accepts the previous one; finish the rotation in AutoSys';
      return { level: 'warn', message: 'previous credentials in use', fields: { reason } };
    }
    case 'currentInUse':
      return { level: 'info', message: 'current credentials in use again' };
    case 'heldBack': {
      const reason =
        'too many logins were refused; none is sent until then, unless the secret gets a new version';
      const until = news.until.toISOString();
      return {
        level: 'error',
        message: 'all credentials rejected, logins suspended',
        fields: { reason, until },
      };
    }
    case 'requestRefused': {
      const { target } = news;
      const reason =
        'AutoSys answered 401 although the login worked within a minute; another request shows whether the login is refused';
      return {
        level: 'warn',
        message: 'credentials rejected for one request',
        fields: { target, reason },
      };
    }
    case 'goesOn': {
      const { reason } = news;
      return {
        level: 'warn',
        message: 'secret unavailable, using cached credentials',
        fields: { reason },
      };
    }
    default:
      return news satisfies never;
  }
}
