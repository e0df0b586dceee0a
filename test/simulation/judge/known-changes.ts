import { describeEvent, toTrait } from '../../../autosys/event.ts';
import { toRunKey } from '../../../lambda/ledger/run-row.ts';
import { isOver } from '../../../lambda/workload/workload.ts';
import { toTarget } from '../autosys/witness.ts';
import { toInstallation } from '../deployment.ts';
import { type Evidence, toKnownFacts } from './evidence.ts';
import type { Fact, Told } from './facts.ts';
import { describe } from './ledger-watch.ts';
import { isNewer, isSameChange } from './versions.ts';
import { isForgotten } from './visible.ts';

/** What is known must stand in the ledger, and be the newest of each target. */
export function judgeFacts(evidence: Evidence): readonly string[] {
  const known = toKnownFacts(evidence);
  return [...judgeOnce(known, evidence), ...judgeTargets(known, evidence)];
}

/** Every one-off that is known stands in the ledger. */
function judgeOnce(known: readonly Fact[], { ledger }: Evidence): readonly string[] {
  const entries = [...ledger.entryByKey.values()].filter(({ kind }) => kind === 'once');
  return known.flatMap((fact) =>
    fact.told.flatMap((one) => {
      if (toTrait(one.event.kind).sets !== undefined || isOvertaken(one, fact, known)) return [];
      const stands = entries.some(
        ({ to, event, version }) =>
          toInstallation(to) === toInstallation(one.to) &&
          describeEvent(event) === describeEvent(one.event) &&
          isSameChange(fact.version, version),
      );
      return stands || isDiscarded(fact, ledger)
        ? []
        : [`${fact.change.event.id} is known and its ${one.event.kind} not`];
    }),
  );
}

/** Whether the history of its run says that the bridge discarded it, for a later status of the run was known. */
function isDiscarded({ version }: Fact, ledger: Evidence['ledger']): boolean {
  const history = JSON.stringify(ledger.bodyByKey.get(toRunKey(version)) ?? '');
  return history.includes(`an event for ${version.status} is not sent after that`);
}

/** Whether its route says something to the same job on the end of the run, which is known: it may come too late for it. */
function isOvertaken({ route, event }: Told, { version }: Fact, known: readonly Fact[]): boolean {
  return known.some(
    (later) =>
      later.version.run === version.run &&
      later.version.beganMs === version.beganMs &&
      isOver(later.version.status) &&
      isNewer(later.version, version) &&
      later.told.some((one) => one.route === route && toTarget(one.event) === toTarget(event)),
  );
}

/** Every target stands at the newest change that is known. */
function judgeTargets(known: readonly Fact[], evidence: Evidence): readonly string[] {
  const entries = [...evidence.ledger.entryByKey.values()];
  const newestByTarget = new Map<string, { readonly fact: Fact; readonly said: string }>();
  for (const fact of known) {
    for (const { to, event } of fact.told) {
      const { sets } = toTrait(event.kind);
      // Under its new name the instance has rows of its own, which know nothing of what came before.
      if (sets === undefined || isForgotten(to, evidence)) continue;
      const target = `${to} ${toTarget(event)} ${sets}`;
      const newest = newestByTarget.get(target)?.fact;
      if (!newest || isNewer(fact.version, newest.version)) {
        newestByTarget.set(target, { fact, said: describeEvent(event) });
      }
    }
  }
  return [...newestByTarget].flatMap(([target, { fact, said }]) => {
    const ofTarget = entries.filter(
      ({ to, event }) => `${to} ${toTarget(event)} ${toTrait(event.kind).sets}` === target,
    );
    const [entry] = ofTarget;
    if (entry === undefined) return [`nothing is known of ${target}`];
    // An old event may have a row of its own for a person to look at.
    return ofTarget.every(({ version }) => isNewer(fact.version, version))
      ? [`${target} stands at ${describe(entry)}, newer is ${said}`]
      : [];
  });
}
