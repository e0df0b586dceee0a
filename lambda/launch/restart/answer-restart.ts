import type { LaunchCaller } from '../../routing/targets.ts';
import type { RestartPlan, RestartRequest } from '../api.ts';
import { toInvalidInput } from '../api-error.ts';
import { isFromNewerCommand, type ProxyRequest, readRequestFields } from '../read-request.ts';
import type { StartedLaunch } from '../start-work.ts';
import type { createPlanRestart } from './plan-restart.ts';
import { readRestartRequest } from './read-restart-request.ts';
import type { createRestartRun } from './restart-run.ts';

export interface AnswerRestartDeps {
  readonly restartRun: ReturnType<typeof createRestartRun>;
  readonly planRestart: ReturnType<typeof createPlanRestart>;
}

/** What a request to restart a run leads to. @throws {ApiError} @throws {LedgerError} */
export async function answerRestart(
  { restartRun, planRestart }: AnswerRestartDeps,
  { request, caller }: { readonly request: ProxyRequest; readonly caller: LaunchCaller },
  signal: AbortSignal,
): Promise<
  | { readonly kind: 'planned'; readonly plan: RestartPlan }
  | ({ readonly kind: 'started' } & StartedLaunch)
> {
  const isPlan = readPlan(request.queryStringParameters?.['plan'] ?? undefined);
  const isFromNewer = isFromNewerCommand(request);
  const body = readRestartRequest(readRequestFields(request), { isPlan, isFromNewer });
  const asked: RestartRequest & { readonly name: string } = {
    ...body,
    name: request.pathParameters?.['name'] ?? '',
  };
  if (isPlan) return { kind: 'planned', plan: await planRestart(asked, caller, signal) };
  return { kind: 'started', ...(await restartRun(asked, caller, signal)) };
}

function readPlan(text: string | undefined): boolean {
  if (text === undefined || text === '0') return false;
  if (text === '1') return true;
  throw toInvalidInput([{ path: 'plan', message: 'allowed: 1, or 0' }]);
}
