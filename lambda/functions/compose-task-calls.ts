import { createTaskCalls } from '../aws/send-task.ts';
import { createToAccess } from '../aws/source-roles.ts';
import type { TaskCalls } from '../aws/task-answer.ts';
import { readSourceRole } from '../config.ts';
import { environment } from '../contract.ts';
import type { Home } from '../routing/routes.ts';

/**
 * Creates the calls of Step Functions with a task token, through the roles of the sources in other
 * accounts. Without roles, only executions of the bridge's own account can be answered.
 */
export function composeTaskCalls(
  env: Readonly<Record<string, string | undefined>>,
  home: Home,
): TaskCalls {
  const sourceRole = env[environment.sourceRole] ? readSourceRole(env) : '';
  const toSettings = createToAccess({ account: home.account, sourceRole });
  return createTaskCalls({ home, toSettings });
}
