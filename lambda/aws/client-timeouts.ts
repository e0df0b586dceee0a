/** How long a client of AWS waits for an answer. */
interface Patience<HttpsAgent extends object> {
  /** The first one included. */
  readonly tries: number;
  /** For each try, in milliseconds, once a connection stands. */
  readonly tryMs: number;
  /** An agent of `node:https`, such as one for a proxy. @default - the SDK's own */
  readonly httpsAgent?: HttpsAgent | undefined;
}

/**
 * The settings of a client of AWS that gives up in time; by itself the SDK waits for an answer without end.
 *
 * Without `throwOnRequestTimeout` it only warns and waits on; `socketTimeout` ends an answer that stops in its middle.
 */
export function toClientSettings<HttpsAgent extends object>({
  tries,
  tryMs,
  httpsAgent,
}: Patience<HttpsAgent>) {
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
    // The SDK hands this on to its clients for single sign-on, which otherwise take nothing from this client.
    ...(httpsAgent && { clientConfig: { requestHandler } }),
  } as const;
}
