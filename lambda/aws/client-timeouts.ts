/** Time limits of an AWS client. */
interface ClientTimeouts<HttpsAgent extends object> {
  /** Number of tries, including the first. */
  readonly tries: number;
  /** Timeout of each try in milliseconds, after the connection is established. */
  readonly tryMs: number;
  /** An agent of `node:https`, such as one for a proxy. @default - the agent of the SDK */
  readonly httpsAgent?: HttpsAgent | undefined;
}

/**
 * Creates the settings of an AWS client that times out. By default the SDK waits without limit.
 *
 * Without `throwOnRequestTimeout` it only warns and keeps waiting. `socketTimeout` aborts a reply
 * that stops in the middle.
 */
export function toClientSettings<HttpsAgent extends object>({
  tries,
  tryMs,
  httpsAgent,
}: ClientTimeouts<HttpsAgent>) {
  const requestHandler = {
    connectionTimeout: 1_000,
    requestTimeout: tryMs,
    socketTimeout: tryMs,
    throwOnRequestTimeout: true,
    ...(httpsAgent && { httpsAgent }),
  } as const;
  return {
    maxAttempts: tries,
    requestHandler,
    // The SDK passes this to its clients for single sign-on, which otherwise ignore the settings of
    // this client.
    ...(httpsAgent && { clientConfig: { requestHandler } }),
  } as const;
}

/**
 * Settings of a client that starts executions. One try: the launch row decides on another call. Five
 * seconds leave the function time for the ledger within the 29 s of API Gateway.
 */
export const startExecutionSettings = toClientSettings({ tries: 1, tryMs: 5_000 });
