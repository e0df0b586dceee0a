import { isActive } from '../../../autosys/status.ts';
import { observationMs } from '../../../lambda/policies.ts';
import type { Installation } from '../autosys/installation.ts';
import { renamed, toInstallation } from '../deployment.ts';
import { type Evidence, idsOf, toId } from './evidence.ts';
import { toText } from './facts.ts';
import { judgeKills, lastStart, toAttempt } from './kills.ts';
import { judgeLogins } from './logins.ts';
import { judgeOldEvents } from './old-events.ts';
import { judgeWaitingJobs } from './waiting-jobs.ts';

/** What the users of AutoSys would see: jobs that ran twice, jobs that run on, effects of old events, locked accounts. */
export function judgeVisible(evidence: Evidence): readonly string[] {
  const { accounts, installations, ledger } = evidence;
  return [
    ...accounts.flatMap(judgeLogins),
    ...judgeOldEvents(toAccepted(evidence), toForbidden(evidence)),
    ...[...installations.values()].flatMap((installation) => {
      const { takes, settings } = installation.witness;
      return [
        ...judgeKills(takes),
        ...judgeRunningOn(installation, evidence),
        ...judgeWaitingJobs({
          settings: settings.settings,
          observationMs: observationMs,
          acceptedMs: (via, variable, value) =>
            ledger.acceptedMsByValue.get(`${via} ${variable} ${value}`),
        }),
      ];
    }),
  ];
}

/** A job does not run on after its run on AWS has ended and AutoSys was told to kill it. */
function judgeRunningOn({ instance, witness }: Installation, { ledger }: Evidence) {
  const watch = instance.job('WATCH');
  if (watch === undefined || !isActive(watch.status)) return [];
  const attempt = lastStart(witness.takes, 'WATCH');
  const kill = [...ledger.entryByKey.values()].find(
    ({ event }) =>
      event.kind === 'KILLJOB' && event.job === 'WATCH' && toAttempt(event.comment) === attempt,
  );
  return kill?.stage === 'confirmed'
    ? [`WATCH runs on, and its kill for ${attempt} is confirmed`]
    : [];
}

function toAccepted({ installations }: Evidence) {
  return [...installations.values()].flatMap(({ name, witness }) =>
    witness.takes.flatMap(({ event, leftMs }) => {
      const text = toText(name, event);
      return text === undefined ? [] : [{ text, leftMs }];
    }),
  );
}

/** What must not be sent any more, and from when on. */
function toForbidden({ oldFacts, facts, queue }: Evidence): ReadonlyMap<string, number> {
  const forbidden = new Map<string, number>();
  const forbid = (told: (typeof oldFacts)[number]['told'], fromMs: number) => {
    for (const { to, event } of told) {
      const text = toText(toInstallation(to), event);
      if (text !== undefined) forbidden.set(text, fromMs);
    }
  };
  for (const { told } of oldFacts) forbid(told, 0);
  const handled = idsOf(queue, false);
  for (const { event, sentMs, isMovedBackLate } of queue.messages) {
    const fact = facts.get(toId(event.id));
    if (isMovedBackLate && fact && !handled.has(toId(event.id))) forbid(fact.told, sentMs);
  }
  return forbidden;
}

/** Nothing waits for an instance that the configuration does not name any more. */
export function isForgotten(to: string, { plan }: Evidence): boolean {
  return plan.renamedMs !== undefined && to === renamed.from;
}
