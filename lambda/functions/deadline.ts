/** Kept of a function's time to write down what is unfinished; a ledger that hangs costs three seconds a call. */
export const reserveMs = 5_000;

/** Falls shortly before the function would be cut off, so that what is under way is settled and not lost. */
export function toSignal(
  context: { getRemainingTimeInMillis(): number },
  signal: AbortSignal,
): AbortSignal {
  const remainingMs = Math.max(0, context.getRemainingTimeInMillis() - reserveMs);
  return AbortSignal.any([signal, AbortSignal.timeout(remainingMs)]);
}
