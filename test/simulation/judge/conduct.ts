import type { Installation } from '../autosys/installation.ts';
import type { Queue } from '../aws/queue.ts';
import type { LedgerWatch } from './ledger-watch.ts';
import { isSecret, type Speech } from './speech.ts';

/** Refused logins that are enough to find out that a password is not the one any more. */
const toFindOut = 2;
/** Then one is tried again after so long, and later ever more seldom (`lambda/compose.ts`). */
const triedAgainMs = 300_000;

/** Two sandboxes that find out at once, two versions each; then one try at a time after five, ten and twenty minutes. */
const mostInARow = 8;

/** How the bridge has treated AutoSys: its logins, its windows, its outages. */
export function judgeConduct({ name, witness }: Installation): readonly string[] {
  const violations: string[] = [...witness.outages.violations];
  const again = Math.ceil(witness.apartMs / triedAgainMs);
  for (const [sandbox, refused] of witness.refusedBySandbox) {
    if (refused > toFindOut * witness.rotations + again) {
      violations.push(`sandbox ${sandbox} has sent ${refused} refused logins to ${name}`);
    }
  }
  if (witness.mostRefused > mostInARow) {
    violations.push(`${name} has refused ${witness.mostRefused} logins in a row`);
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
