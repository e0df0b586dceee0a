import type { Installation } from '../autosys/installation.ts';
import type { Queue } from '../aws/queue.ts';
import type { LedgerWatch } from './ledger-watch.ts';
import { isSecret, type LogWatch } from './log-watch.ts';

/** Checks the number of requests in outages and maintenance windows. */
export function judgeRequestCounts({ name, recorder }: Installation): readonly string[] {
  const violations: string[] = [...recorder.outages.violations];
  if (recorder.requestsInWindow > 0) {
    violations.push(
      `${name} received ${recorder.requestsInWindow} requests in a maintenance window`,
    );
  }
  return violations;
}

/**
 * Checks that a message becomes a dead letter only if each delivery ended in a crash or a ledger
 * failure.
 */
export function judgeDeadLetters({ deadLetters }: Queue, logWatch: LogWatch): readonly string[] {
  return deadLetters.flatMap(({ id, event, returns }) =>
    returns > (logWatch.ledgerFailuresByMessage.get(id) ?? 0)
      ? [`${event.id} is a dead letter without a crash or ledger failure`]
      : [],
  );
}

/** Checks that no stored row holds a secret. */
export function judgeStoredSecrets({ bodyByKey }: LedgerWatch): readonly string[] {
  return [...bodyByKey].flatMap(([key, body]) =>
    isSecret(JSON.stringify(body)) ? [`a secret in row ${key}`] : [],
  );
}
