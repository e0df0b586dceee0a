import type { RequestEntry } from '../../lambda/routing/requests.ts';
import type { Paint } from '../render.ts';

/** Formats what AWS processes may ask of AutoSys, three lines for each entry. */
export function describeRequests(
  requests: readonly RequestEntry[],
  paint: Paint,
): readonly string[] {
  return requests.flatMap((entry) => [
    '',
    `requests ${paint('bold', entry.name)}: ${describeActions(entry)} -> ${entry.instance}`,
    `  ${describeScope(entry)}`,
    `  by ${[...entry.roles, ...entry.stateMachines].join(', ')}`,
  ]);
}

function describeActions({ actions, events, starts }: RequestEntry): string {
  const details: Readonly<Record<string, readonly string[]>> = {
    sendEvent: events,
    runJob: starts,
  };
  return actions
    .map((action) => {
      const detail = details[action];
      return detail === undefined ? action : `${action} (${detail.join(' ')})`;
    })
    .join(', ');
}

function describeScope({ jobs, globals, mayKill, perMinute }: RequestEntry): string {
  return [
    ...(jobs.length > 0 ? [`jobs ${jobs.join(' ')}`] : []),
    ...(globals.length > 0 ? [`variables ${globals.join(' ')}`] : []),
    ...(mayKill ? ['onAbort: kill'] : []),
    `at most ${perMinute} a minute`,
  ].join(', ');
}
