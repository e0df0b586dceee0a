import { describeEvent, toTrait } from '../../../autosys/event.ts';
import { toRunKey } from '../../../lambda/ledger/run-row.ts';
import { isOver } from '../../../lambda/workload/workload.ts';
import { toTarget } from '../autosys/recorder.ts';
import { toInstallation } from '../deployment.ts';
import { type Evidence, toKnownFacts } from './evidence.ts';
import type { ExpectedEffect, Fact } from './facts.ts';
import { describe } from './ledger-watch.ts';
import { isNewer, isSameChange } from './versions.ts';
import { isUnknownInstance } from './visible.ts';

/**
 * Checks that the ledger holds the effects of all known facts, and the newest state of each target.
 */
export function judgeFacts(evidence: Evidence): readonly string[] {
  const known = toKnownFacts(evidence);
  return [...judgeStoredOneShots(known, evidence), ...judgeTargets(known, evidence)];
}

/** Checks that the ledger holds every one-shot of the known facts. */
function judgeStoredOneShots(known: readonly Fact[], { ledger }: Evidence): readonly string[] {
  const entries = [...ledger.entryByKey.values()].filter(({ kind }) => kind === 'once');
  return known.flatMap((fact) =>
    fact.effects.flatMap((one) => {
      if (toTrait(one.event.kind).sets !== undefined || isSuperseded(one, fact, known)) return [];
      const isStored = entries.some(
        ({ to, event, version }) =>
          toInstallation(to) === toInstallation(one.to) &&
          describeEvent(event) === describeEvent(one.event) &&
          isSameChange(fact.version, version),
      );
      return isStored || isDiscarded(fact, ledger)
        ? []
        : [`${fact.change.event.id} is known, but the ledger has no ${one.event.kind} for it`];
    }),
  );
}

/**
 * True when the history of the run has said that the event was discarded, because a later status
 * was known. The row keeps only its last lines.
 */
function isDiscarded({ version }: Fact, ledger: Evidence['ledger']): boolean {
  const lines = ledger.overtakenLinesByKey.get(toRunKey(version));
  return lines?.has(`an event for ${version.status} is not sent after that`) === true;
}

/**
 * True when the route sends the same job an event at the end of the run and the end is known. The
 * earlier event may then be too late.
 */
function isSuperseded(
  { route, event }: ExpectedEffect,
  { version }: Fact,
  known: readonly Fact[],
): boolean {
  return known.some(
    (later) =>
      later.version.run === version.run &&
      later.version.beganMs === version.beganMs &&
      isOver(later.version.status) &&
      isNewer(later.version, version) &&
      later.effects.some((one) => one.route === route && toTarget(one.event) === toTarget(event)),
  );
}

/** Checks that each target has the newest known state. */
function judgeTargets(known: readonly Fact[], evidence: Evidence): readonly string[] {
  const entries = [...evidence.ledger.entryByKey.values()];
  const newestByTarget = new Map<string, { readonly fact: Fact; readonly text: string }>();
  for (const fact of known) {
    for (const { to, event } of fact.effects) {
      const { sets } = toTrait(event.kind);
      // After the rename the instance has its own rows, without the earlier history.
      if (sets === undefined || isUnknownInstance(to, evidence)) continue;
      const target = `${to} ${toTarget(event)} ${sets}`;
      const newest = newestByTarget.get(target)?.fact;
      if (!newest || isNewer(fact.version, newest.version)) {
        newestByTarget.set(target, { fact, text: describeEvent(event) });
      }
    }
  }
  return [...newestByTarget].flatMap(([target, { fact, text }]) => {
    const ofTarget = entries.filter(
      ({ to, event }) => `${to} ${toTarget(event)} ${toTrait(event.kind).sets}` === target,
    );
    const [entry] = ofTarget;
    if (entry === undefined) return [`no entry for ${target}`];
    // An old event may have its own row, parked for an operator.
    return ofTarget.every(({ version }) => isNewer(fact.version, version))
      ? [`${target} has ${describe(entry)}, but ${text} is newer`]
      : [];
  });
}
