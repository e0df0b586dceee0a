import type { FindAnswer, RunAnswer } from '../../../lambda/launch/api.ts';

/** Describes the answer of a look-up: each run, and where the answer is from. */
export function describeFound({ by, runs, decoded }: FindAnswer): readonly string[] {
  const source =
    by === 'name'
      ? 'found by name: the name of the run says its job, run and try'
      : 'found by ledger: the launch row of the run says its job, run and try, or its key';
  if (runs.length === 0 && decoded !== undefined) {
    const { job, run, try: attempt, instance } = decoded;
    return [
      `job ${job}, run ${run}, try ${attempt}, instance ${instance}`,
      `${source}; the ledger has no launch row of it`,
    ];
  }
  return [...runs.flatMap((run) => [...describeRun(run), '']), source];
}

function describeRun(answer: RunAnswer): readonly string[] {
  const { name, state, status, exit, result } = answer;
  const rows: readonly (readonly [string, string | number | undefined])[] = [
    ['target', answer.target],
    ['instance', answer.instance],
    ['job', answer.job],
    ['run', answer.run],
    ['try', answer.try],
    ['key', answer.key],
    ['caller', answer.caller],
    ['state', status === undefined ? state : `${state} (${status})`],
    ['AWS id', answer.awsId],
    ['continues', answer.continues],
    ['next run', answer.continuedBy],
    ['requested', answer.requestedAt],
    ['started', answer.startedAt],
    ['ended', answer.endedAt],
    ['exit code', exit && `${exit.code} (${exit.source})`],
    ['error', result?.error],
    ['cause', result?.cause],
    ['reason', result?.reason],
    ['stop', answer.stop && `${answer.stop.state}: ${answer.stop.text}`],
    ['console', answer.console],
  ];
  const found = rows.filter(([, value]) => value !== undefined);
  return [name, ...found.map(([head, value]) => `  ${head.padEnd(10)}${value}`)];
}
