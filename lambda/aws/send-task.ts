import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  type SFNClientConfig,
} from '@aws-sdk/client-sfn';
import { toClientSettings } from './client-timeouts.ts';
import { type LookupLocation, toNoAnswer } from './lookup.ts';
import type { TaskCallAnswer, TaskCalls, WaitingTask } from './task-answer.ts';

/** One try of three seconds: the next pass calls again. */
const clientSettings = toClientSettings({ tries: 1, tryMs: 3_000 });

/** Maximum characters (API reference, SendTaskFailure). */
const maxError = 256;
const maxCause = 32_768;

/** Errors after which the token is of no use (API reference, SendTaskSuccess). */
const goneErrors = ['TaskDoesNotExist', 'TaskTimedOut'];

export interface SendTaskDeps {
  /** Account and Region of the function. */
  readonly home: LookupLocation;
  /** Settings of the client of a location, beside its Region. */
  readonly toSettings: (location: LookupLocation) => SFNClientConfig;
}

/**
 * Creates the calls of Step Functions with a task token, in the account and Region of each execution.
 *
 * A token works only from the account of its execution (Step Functions developer guide).
 */
export function createTaskCalls({ home, toSettings }: SendTaskDeps): TaskCalls {
  const clients = new Map<string, SFNClient>();
  return {
    succeed: ({ token: taskToken, execution }, output, abortSignal) =>
      call(execution, (client) =>
        client.send(new SendTaskSuccessCommand({ taskToken, output }), { abortSignal }),
      ),
    fail: ({ token: taskToken, execution }, failure, abortSignal) => {
      const error = failure.error.slice(0, maxError);
      const cause = failure.cause.slice(0, maxCause);
      return call(execution, (client) =>
        client.send(new SendTaskFailureCommand({ taskToken, error, cause }), { abortSignal }),
      );
    },
    heartbeat: ({ token: taskToken, execution }, abortSignal) =>
      call(execution, (client) =>
        client.send(new SendTaskHeartbeatCommand({ taskToken }), { abortSignal }),
      ),
  };

  async function call(
    execution: WaitingTask['execution'],
    send: (client: SFNClient) => Promise<unknown>,
  ): Promise<TaskCallAnswer> {
    const location = toLocation(execution, home);
    const key = `${location.account} ${location.region}`;
    const client =
      clients.get(key) ??
      new SFNClient({ ...clientSettings, region: location.region, ...toSettings(location) });
    clients.set(key, client);
    try {
      await send(client);
      return { kind: 'taken' };
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      if (goneErrors.includes(name)) return { kind: 'gone', reason: name };
      if (name === 'InvalidToken') return { kind: 'invalid', reason: name };
      // After an expired session the client is discarded; the next call creates a new one.
      if (name === 'ExpiredTokenException') clients.delete(key);
      return toNoAnswer(error);
    }
  }
}

/** Account and Region of an execution ARN; those of the function for any other text. */
function toLocation(execution: string | undefined, home: LookupLocation): LookupLocation {
  const [, , service, region, account] = execution?.split(':') ?? [];
  return service === 'states' && region && account ? { account, region } : home;
}
