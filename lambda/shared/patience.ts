/** How long a client of AWS waits for an answer. */
interface Patience {
  /** The first one included. */
  readonly tries: number;
  /** For each try, in milliseconds, once a connection stands. */
  readonly tryMs: number;
}

/**
 * The settings of a client of AWS that gives up in time; by itself the SDK waits for an answer without end.
 *
 * Without `throwOnRequestTimeout` it only warns and waits on; `socketTimeout` ends an answer that stops in its middle.
 */
export function toClientSettings({ tries, tryMs }: Patience) {
  return {
    maxAttempts: tries,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: tryMs,
      socketTimeout: tryMs,
      throwOnRequestTimeout: true,
    },
  } as const;
}
