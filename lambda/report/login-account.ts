import type { AutosysInstance } from '../../autosys/names.ts';
import type { Log, LogFields } from './account.ts';
import type { LoginNews } from './login.ts';

interface Line {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields?: LogFields;
}

/** Binds the account of a login: one log line for each piece of news, without anything of the login. */
export function createLoginAccount(log: Log, autosysInstance: AutosysInstance, secret: string) {
  return (news: LoginNews): void => {
    const { level, message, fields } = toLine(news);
    log[level](message, { autosysInstance, secret, ...fields });
  };
}

/** Binds the account of the certificates to trust: one log line when those read before are used on, with the reason. */
export function createAuthorityAccount(log: Log, autosysInstance: AutosysInstance) {
  return (reason: string): void =>
    log.warn('the CA certificates read before are used on', { autosysInstance, reason });
}

function toLine(news: LoginNews): Line {
  switch (news.kind) {
    case 'previousInUse': {
      const reason =
        'AutoSys refuses what the secret says now and takes what it said before; finish the rotation in AutoSys';
      return { level: 'warn', message: 'the previous login is in use', fields: { reason } };
    }
    case 'currentInUse':
      return { level: 'info', message: 'the login of the secret is in use again' };
    case 'heldBack': {
      const reason =
        'AutoSys refuses every login of the secret; none is sent until then, unless the secret changes';
      const until = news.until.toISOString();
      return { level: 'error', message: 'the login is held back', fields: { reason, until } };
    }
    case 'goesOn': {
      const { reason } = news;
      return { level: 'warn', message: 'the login goes on with what is known', fields: { reason } };
    }
    default:
      return news satisfies never;
  }
}
