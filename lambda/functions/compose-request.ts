import { createToAccess } from '../aws/source-roles.ts';
import type { TaskCalls } from '../aws/task-answer.ts';
import { environment } from '../contract.ts';
import { SourceRoleError } from '../errors.ts';
import { createAnswerRead } from '../request/answer-read.ts';
import { createAnswerRequest } from '../request/answer-request.ts';
import { createAnswerTask } from '../request/answer-task.ts';
import { createCarryOut } from '../request/carry-out.ts';
import { createFindRequest } from '../request/find-request.ts';
import { createFindTaskFault } from '../request/find-task-fault.ts';
import { createIdentifyRun } from '../request/identify-run.ts';
import { createReadAutosys } from '../request/read-autosys.ts';
import { createTakeRate } from '../request/request-rate.ts';
import { createRequestTelemetry } from '../request/request-telemetry.ts';
import { createStoredRequests } from '../request/requests.ts';
import { createRunJob } from '../request/run-job.ts';
import type { Home } from '../routing/routes.ts';
import { createLogDefect } from '../telemetry/defects.ts';
import type { Log } from '../telemetry/report-telemetry.ts';
import { composeBridge } from './compose.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Creates the request function.
 *
 * @param toTaskCalls creates the calls with a task token
 * @throws {ConfigError}
 */
export function composeRequest(
  env: Env,
  log: Log,
  toTaskCalls: (home: Home) => Pick<TaskCalls, 'succeed' | 'fail'>,
) {
  const { bridge, home, deps, metrics, keepSlots } = composeBridge(env, log);
  const { table, now, jitter } = deps;
  const requests = createStoredRequests({ table, now });
  const readAutosys = createReadAutosys(deps);
  const carryOut = createCarryOut(deps);
  const timezones = new Map(bridge.instances.map(({ name, timezone }) => [name, timezone]));
  const answerRequest = createAnswerRequest({
    entries: bridge.requests,
    requests,
    takeRate: createTakeRate({ table, now, random: jitter }),
    findRequest: createFindRequest({ table, requests, now }),
    carryOut,
    runJob: createRunJob({
      ...{ table, requests, carryOut, readAutosys, now, leaseMs: deps.leaseMs },
      identifyRun: createIdentifyRun({ table, now }),
    }),
    answerRead: createAnswerRead({
      ...{ readAutosys, now },
      timezoneOf: (instance) => timezones.get(instance) ?? 'UTC',
    }),
    findTaskFault: createFindTaskFault({
      ...{ account: home.account, now },
      assumeRole: createAssumeRole(env, home),
    }),
    answerTask: createAnswerTask(toTaskCalls(home)),
    now,
    onHandled: createRequestTelemetry({ log, metrics }),
    onDefect: createLogDefect(log),
  });
  return { answerRequest, metrics, keepSlots };
}

/** Without roles, only executions of the bridge's own account can wait under a token. */
function createAssumeRole(env: Env, { account }: Home) {
  const sourceRole = env[environment.sourceRole] ?? '';
  const toAccess = createToAccess({ account, sourceRole });
  return async function assumeRole(location: Parameters<typeof toAccess>[0]): Promise<void> {
    if (sourceRole === '') {
      const reason = 'the bridge has no source accounts';
      throw new SourceRoleError({ ...location, role: 'of a source', kind: 'denied', reason });
    }
    await toAccess(location).credentials?.();
  };
}
