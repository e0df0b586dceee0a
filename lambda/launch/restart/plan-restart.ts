import type { PastEvent, ReadHistory } from '../../aws/log-results.ts';
import { type DescribeBatchJobs, maxDescribedJobs, type ReadRevisions } from '../../aws/lookup.ts';
import type { Home } from '../../routing/routes.ts';
import type { LaunchCaller } from '../../routing/targets.ts';
import type { RestartPlan, RestartRequest } from '../api.ts';
import type { Launch } from '../launch.ts';
import type { createDecideRestart, RestartDecision } from './decide-restart.ts';
import { readPastStates } from './past-states.ts';
import { type DefinitionFacts, toRestartPlan } from './to-restart-plan.ts';

export interface PlanRestartDeps {
  readonly home: Home;
  readonly decideRestart: ReturnType<typeof createDecideRestart>;
  /** Reads the whole history. */
  readonly readHistory: ReadHistory;
  readonly readRevisions: ReadRevisions;
  readonly describeBatchJobs: DescribeBatchJobs;
}

/** Creates the plan of a restart: what it would do. Nothing is started or written. */
export function createPlanRestart(deps: PlanRestartDeps) {
  /** @throws {ApiError} if the run may not be restarted @throws {LedgerError} */
  return async function planRestart(
    request: RestartRequest & { readonly name: string },
    caller: LaunchCaller,
    signal: AbortSignal,
  ): Promise<RestartPlan> {
    const decision = await deps.decideRestart(request, caller, signal);
    const [history, definition] = await Promise.all([
      readEvents(deps, decision, signal),
      readDefinition(deps, decision, signal),
    ]);
    const states = readPastStates(history.events);
    const own = toOwnBatchJobs(decision.launch);
    const ids = states.work.flatMap(({ kind, id }) => (kind === 'batchJob' ? [id] : []));
    const arraySizes = await readArraySizes(deps, [...own, ...ids], signal);
    return toRestartPlan(decision, { states, arraySizes, definition, unread: history.unread });
  };
}

interface EventsRead {
  readonly events: readonly PastEvent[];
  /** Why there are none. */
  readonly unread?: string;
}

async function readEvents(
  { readHistory }: PlanRestartDeps,
  { execution }: RestartDecision,
  signal: AbortSignal,
): Promise<EventsRead> {
  if (execution === undefined) return { events: [] };
  const answer = await readHistory(execution.executionArn, signal);
  if (answer.kind === 'found') return { events: answer.events };
  const reason = answer.kind === 'unknown' ? 'AWS does not know it' : answer.reason;
  return { events: [], unread: `GetExecutionHistory: ${reason}` };
}

/** Only a redrive uses the definition of the first start. */
async function readDefinition(
  { readRevisions }: PlanRestartDeps,
  { execution, how }: RestartDecision,
  signal: AbortSignal,
): Promise<DefinitionFacts | undefined> {
  if (execution === undefined || how === 'again') return undefined;
  const answer = await readRevisions(execution, signal);
  if (answer.kind !== 'found') return { unread: `DescribeStateMachine: ${answer.reason}` };
  const { used, current } = answer;
  return { used, current, startedMs: execution.startDate?.getTime() };
}

function toOwnBatchJobs({ workload, aws }: Launch): readonly string[] {
  return workload === 'batchJob' && aws !== undefined ? [aws.id] : [];
}

/** Number of children of each array job. A job that AWS does not show is left out. */
async function readArraySizes(
  { describeBatchJobs, home }: PlanRestartDeps,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const batchJobIds = ids.slice(0, maxDescribedJobs);
  if (batchJobIds.length === 0) return new Map();
  const answer = await describeBatchJobs({ ...home, batchJobIds }, signal);
  if (answer.kind !== 'found') return new Map();
  return new Map(
    answer.jobs.flatMap(({ jobId, arrayProperties }) => {
      const { size, index } = arrayProperties ?? {};
      return size === undefined || index !== undefined ? [] : [[jobId, size] as const];
    }),
  );
}
