import type { AutosysEvent } from '../../autosys/event.ts';
import type { Autosys } from './bring-about.ts';
import type { Login } from './login.ts';

/** An AutoSys whose every request goes through the login. */
export function withLogin(login: Login, port: Autosys['port']): Autosys['port'] {
  const readJobEvents = port.readJobEvents?.bind(port);
  const read = (target: string, { signal }: { readonly signal: AbortSignal }) =>
    ({ targets: [`read ${target}`], signal }) as const;
  return {
    sendEvent: (event, options) => {
      const target = toTarget(event);
      const targets = [`send ${target}`, `read ${target}`] as const;
      return login.call(() => port.sendEvent(event, options), { ...options, targets });
    },
    readJob: (job, options) =>
      login.call(() => port.readJob(job, options), read(`job ${job}`, options)),
    readGlobalVariable: (name, options) =>
      login.call(
        () => port.readGlobalVariable(name, options),
        read(`global variable ${name}`, options),
      ),
    ...(readJobEvents && {
      readJobEvents: (job, options) =>
        login.call(() => readJobEvents(job, options), read(`job ${job}`, options)),
    }),
  };
}

/** What the permission to send the event depends on. */
export function toTarget(event: AutosysEvent): string {
  if ('job' in event && event.job !== undefined) return `job ${event.job}`;
  return 'globalVariable' in event ? `global variable ${event.globalVariable}` : event.kind;
}
