/**
 * Time reserved at the end of an invocation to record unfinished work, in milliseconds. A ledger
 * that hangs takes three seconds per call.
 */
export const reserveMs = 5_000;

/**
 * Returns a signal that aborts {@link reserveMs} before the timeout of the function, so that work
 * under way is recorded.
 */
export function toSignal(
  context: { getRemainingTimeInMillis(): number },
  signal: AbortSignal,
): AbortSignal {
  const remainingMs = Math.max(0, context.getRemainingTimeInMillis() - reserveMs);
  return AbortSignal.any([signal, AbortSignal.timeout(remainingMs)]);
}
