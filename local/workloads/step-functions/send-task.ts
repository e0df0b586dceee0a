import { defineOperation, type WorkloadOperation } from '../operation.ts';
import { ServiceRefusal } from '../refusal.ts';
import { optionalMember, structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import type { TaskTokens } from './task-tokens.ts';

type World = Pick<WorkloadWorld, 'taskTokens'>;

/** Limits of the API model. `output` in bytes of UTF-8, the others in characters. */
const limits = { token: 2_048, output: 262_144, error: 256, cause: 32_768 } as const;

const taskToken = textMember({ min: 1, max: limits.token, sensitive: true });

/**
 * SendTaskSuccess: the task that waits for this token succeeds with the output.
 *
 * KMS is not emulated, so its three errors do not occur. That the token is checked before the
 * output is inferred from StartExecution, which checks the state machine before the input.
 */
export function createSendTaskSuccessOperation({ taskTokens }: World): WorkloadOperation {
  return defineOperation({
    service: 'states',
    name: 'SendTaskSuccess',
    request: structure({
      taskToken,
      output: textMember({ maxBytes: limits.output, sensitive: true }),
    }),
    permissions: (request) => [toPermission('SendTaskSuccess', taskTokens, request)],
    run: function sendTaskSuccess({ taskToken: token, output }) {
      taskTokens.requireOpen(token);
      requireOutput(output);
      taskTokens.settle(token, { kind: 'succeeded', output });
      return {};
    },
  });
}

/** SendTaskFailure: the task that waits for this token fails. */
export function createSendTaskFailureOperation({ taskTokens }: World): WorkloadOperation {
  return defineOperation({
    service: 'states',
    name: 'SendTaskFailure',
    request: structure({
      taskToken,
      error: optionalMember(textMember({ max: limits.error, sensitive: true })),
      cause: optionalMember(textMember({ max: limits.cause, sensitive: true })),
    }),
    permissions: (request) => [toPermission('SendTaskFailure', taskTokens, request)],
    run: function sendTaskFailure({ taskToken: token, error, cause }) {
      taskTokens.settle(token, { kind: 'failed', error, cause });
      return {};
    },
  });
}

/** SendTaskHeartbeat: restarts the heartbeat clock of the task. It adds no event to the history. */
export function createSendTaskHeartbeatOperation({ taskTokens }: World): WorkloadOperation {
  return defineOperation({
    service: 'states',
    name: 'SendTaskHeartbeat',
    request: structure({ taskToken }),
    permissions: (request) => [toPermission('SendTaskHeartbeat', taskTokens, request)],
    run: function sendTaskHeartbeat({ taskToken: token }) {
      taskTokens.beat(token);
      return {};
    },
  });
}

/**
 * The resource is the state machine of the task (inferred from messages of refused calls; the
 * service authorization reference names none), or a star for an unknown token.
 */
function toPermission(
  operation: string,
  tokens: TaskTokens,
  { taskToken: token }: { readonly taskToken: string },
) {
  return { action: `states:${operation}`, resource: tokens.findStateMachine(token) ?? '*' };
}

/** @throws {ServiceRefusal} `InvalidOutput`; its message does not quote the output and is inferred */
function requireOutput(output: string): void {
  try {
    JSON.parse(output);
  } catch {
    throw new ServiceRefusal('InvalidOutput', "Invalid Output: 'The output is not JSON'");
  }
}
