import { isActive } from '../../../autosys/status.ts';
import { observationMs } from '../../../lambda/policies.ts';
import type { Installation } from '../autosys/installation.ts';
import { renamed, toInstallation } from '../deployment.ts';
import { type Evidence, idsOf, toId } from './evidence.ts';
import { toText } from './facts.ts';
import { findLastStart, judgeKills, toAttempt } from './kills.ts';
import { judgeLogins } from './logins.ts';
import { judgeOldEvents } from './old-events.ts';
import { judgeWaitingJobs } from './waiting-jobs.ts';

/**
 * Checks what users of AutoSys see: jobs that ran twice or run on, effects of old events, locked
 * accounts.
 */
export function judgeVisible(evidence: Evidence): readonly string[] {
  const { accounts, installations, ledger } = evidence;
  return [
    ...accounts.flatMap(judgeLogins),
    ...judgeOldEvents(toAcceptedTexts(evidence), toForbidden(evidence)),
    ...[...installations.values()].flatMap((installation) => {
      const { acceptedEvents, updates } = installation.recorder;
      return [
        ...judgeKills(acceptedEvents),
        ...judgeRunningOn(installation, evidence),
        ...judgeWaitingJobs({
          updates: updates.updates,
          observationMs: observationMs,
          acceptedMs: (configuredName, variable, value) =>
            ledger.acceptedMsByValue.get(`${configuredName} ${variable} ${value}`),
        }),
      ];
    }),
  ];
}

/** Checks that a job does not run on after its kill was confirmed. */
function judgeRunningOn({ instance, recorder }: Installation, { ledger }: Evidence) {
  const watch = instance.job('WATCH');
  if (watch === undefined || !isActive(watch.status)) return [];
  const attempt = findLastStart(recorder.acceptedEvents, 'WATCH');
  const kill = [...ledger.entryByKey.values()].find(
    ({ event }) =>
      event.kind === 'KILLJOB' && event.job === 'WATCH' && toAttempt(event.comment) === attempt,
  );
  return kill?.stage === 'confirmed'
    ? [`WATCH still runs, although its kill for ${attempt} is confirmed`]
    : [];
}

function toAcceptedTexts({ installations }: Evidence) {
  return [...installations.values()].flatMap(({ name, recorder }) =>
    recorder.acceptedEvents.flatMap(({ event, sentMs }) => {
      const text = toText(name, event);
      return text === undefined ? [] : [{ text, sentMs }];
    }),
  );
}

/** Returns the texts that must not be sent, with the instant from which this applies. */
function toForbidden({ oldFacts, facts, queue }: Evidence): ReadonlyMap<string, number> {
  const forbidden = new Map<string, number>();
  const forbid = (effects: (typeof oldFacts)[number]['effects'], fromMs: number) => {
    for (const { to, event } of effects) {
      const text = toText(toInstallation(to), event);
      if (text !== undefined) forbidden.set(text, fromMs);
    }
  };
  for (const { effects } of oldFacts) forbid(effects, 0);
  const handled = idsOf(queue, false);
  for (const { event, sentMs, isRedrivenLate } of queue.messages) {
    const fact = facts.get(toId(event.id));
    if (isRedrivenLate && fact && !handled.has(toId(event.id))) forbid(fact.effects, sentMs);
  }
  return forbidden;
}

/** True when the configuration no longer names the instance. */
export function isUnknownInstance(to: string, { plan }: Evidence): boolean {
  return plan.renamedMs !== undefined && to === renamed.from;
}
