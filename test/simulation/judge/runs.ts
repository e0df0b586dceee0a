import { parseRun, toRunKey } from '../../../lambda/report/ledger/runs.ts';
import { isOver } from '../../../lambda/shared/workload.ts';
import { type Evidence, toKnownFacts } from './evidence.ts';

/** Each run that was heard of stands in the ledger, ended, and is asked about no more. */
export function judgeRuns(evidence: Evidence): readonly string[] {
  const { bodyByKey } = evidence.ledger;
  const heard = new Map(
    toKnownFacts(evidence).map(({ version }) => [toRunKey(version), version.run]),
  );
  return [...heard].flatMap(([key, id]) => {
    const body = bodyByKey.get(key);
    if (body === undefined) return [`${id} was heard of and has no row`];
    const run = parseRun({ key, body, revision: 0, expiresAt: new Date(0) });
    if (isOver(run.version.status) && run.askMs === undefined) return [];
    return [`${run.called} is over and stands as ${run.version.status}`];
  });
}
