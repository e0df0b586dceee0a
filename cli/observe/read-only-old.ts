import type { AutosysClient } from '../../autosys/client/index.ts';
import { AutosysError } from '../../autosys/errors.ts';
import type { JobName } from '../../autosys/names.ts';
import { isTerminal } from '../../autosys/status.ts';
import type { ComparedEvent } from './compare.ts';
import type { RouteSummary } from './summarize.ts';

/** Runs of one job that are read, from the last one back. Each is one request. */
const maxRuns = 20;

/** Difference of two clocks that is ignored, and the delay of a polling job. */
const toleranceMs = 2 * 60_000;

/**
 * Counts the runs of each old job that ended in the time span and that no event of the bridge
 * belongs to.
 *
 * AutoSys lists runs from the last one back, so only the last {@link maxRuns} of a job are read.
 */
export async function countOnlyOld(
  summaries: readonly RouteSummary[],
  {
    client,
    events,
    span,
    signal,
  }: {
    readonly client: Pick<AutosysClient, 'readJobRuns'>;
    readonly events: readonly ComparedEvent[];
    readonly span: { readonly from: Date; readonly until: Date };
    readonly signal: AbortSignal;
  },
): Promise<readonly RouteSummary[]> {
  const counted: RouteSummary[] = [];
  for (const summary of summaries) {
    const { observe, route, instance } = summary;
    if (!('job' in observe)) {
      counted.push({ ...summary, onlyOldUnread: 'AutoSys keeps no earlier values of a variable' });
      continue;
    }
    const ofRoute = events.filter((one) => one.route === route && one.instance === instance);
    counted.push({
      ...summary,
      ...(await countRuns(client, observe.job, { ofRoute, span, signal })),
    });
  }
  return counted;
}

async function countRuns(
  client: Pick<AutosysClient, 'readJobRuns'>,
  job: JobName,
  {
    ofRoute,
    span: { from, until },
    signal,
  }: {
    readonly ofRoute: readonly ComparedEvent[];
    readonly span: { readonly from: Date; readonly until: Date };
    readonly signal: AbortSignal;
  },
): Promise<Pick<RouteSummary, 'onlyOld' | 'onlyOldUnread'>> {
  try {
    const listed = await client.readJobRuns(job, { runs: maxRuns, signal });
    if (listed.kind === 'unreadable') return { onlyOldUnread: listed.reason };
    const { runs } = listed;
    const onlyOld = runs.filter(({ status, endedAt, startedAt }) => {
      if (!isTerminal(status) || endedAt === undefined || startedAt === undefined) return false;
      if (endedAt < from || endedAt > until) return false;
      return !ofRoute.some(
        ({ beganMs, changedMs, seen }) =>
          (seen?.kind === 'job' && seen.startedMs === startedAt.getTime()) ||
          (startedAt.getTime() <= changedMs + toleranceMs &&
            endedAt.getTime() >= beganMs - toleranceMs),
      );
    }).length;
    const oldest = runs.at(-1)?.startedAt;
    const isPartial = runs.length === maxRuns && oldest !== undefined && oldest > from;
    const onlyOldUnread = `only the last ${maxRuns} runs of the job were read, since ${oldest?.toISOString()}`;
    return { onlyOld, ...(isPartial && { onlyOldUnread }) };
  } catch (error) {
    if (error instanceof AutosysError) return { onlyOldUnread: error.message };
    throw error;
  }
}
