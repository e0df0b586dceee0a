import type { Installation } from '../autosys/installation.ts';
import type { Queue } from '../aws/queue.ts';
import type { LedgerWatch } from './ledger-watch.ts';
import { isSecret, type Speech } from './speech.ts';

/** Refused logins within half an hour, over all sandboxes; each new version of the secret adds one. */
const mostRefused = 2;

/** How the bridge has treated AutoSys: its logins, its windows, its outages. */
export function judgeConduct({ name, witness }: Installation): readonly string[] {
  const violations: string[] = [...witness.outages.violations];
  const { mostInHalfHour, rotations } = witness;
  if (mostInHalfHour > mostRefused + rotations) {
    violations.push(`${name} has refused ${mostInHalfHour} logins in half an hour`);
  }
  if (witness.askedInWindow > 0) {
    violations.push(`${name} was asked ${witness.askedInWindow} times in a declared window`);
  }
  return violations;
}

/** A message becomes a dead letter only where each time its sandbox died or the ledger failed. */
export function judgeDeadLetters({ deadLetters }: Queue, speech: Speech): readonly string[] {
  return deadLetters.flatMap(({ id, event, returns }) =>
    returns > (speech.ledgerFailuresByMessage.get(id) ?? 0)
      ? [`${event.id} is a dead letter, and nobody died`]
      : [],
  );
}

/** Nothing that is stored holds a secret. */
export function judgeRows({ bodyByKey }: LedgerWatch): readonly string[] {
  return [...bodyByKey].flatMap(([key, body]) =>
    isSecret(JSON.stringify(body)) ? [`a secret in row ${key}`] : [],
  );
}
