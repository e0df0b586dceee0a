import { AutosysClient, type AutosysClientOptions } from '../../../autosys/client/index.ts';

/** Contains quotes, markup and characters that URLs and JSON escape. */
export const password = 'S3cret<&"pä ss%/+=\\#1';
export const username = 'bridge_user';

/** Short enough for a test, long enough for a busy host. */
export const shortTimeouts = {
  lookupMs: 2_000,
  connectMs: 2_000,
  secureConnectMs: 2_000,
  sendMs: 2_000,
  responseMs: 800,
  readMs: 800,
  requestMs: 4_000,
};

/** Creates a client for the servers of a test. */
export function clientFor(
  endpoints: readonly string[],
  options: Partial<AutosysClientOptions>,
): AutosysClient {
  return new AutosysClient({
    endpoints,
    credentials: async () => ({ username, password }),
    timeouts: shortTimeouts,
    ...options,
  });
}

/** The error of a promise. Throws if the promise does not fail. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome && outcome.error instanceof Error) return outcome.error;
  throw new Error(`expected a failure, found ${JSON.stringify(outcome)}`);
}
