/**
 * Returns the reason of a failed AWS call, safe to log. The message of the error is left out, since
 * it may quote the request.
 *
 * @returns a code of the system, TLS or a proxy, such as `ENOTFOUND` or `ERR_PROXY_TUNNEL (HTTP
 * 407)`; otherwise the name of the error
 */
export function toFailureReason(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown failure';
  if (error.message === 'Region is missing') return 'no Region is set';
  const code = readCode(error);
  if (code !== undefined) return `${code}${readStatus(error)}`;
  const cause = error.cause === undefined ? undefined : readCode(error.cause);
  const named = cause ?? readQuotedCode(error.message);
  if (error.name === 'Error') return named ?? 'an unknown failure';
  return named === undefined ? error.name : `${error.name} (${named})`;
}

/** Codes of Node.js are in capitals, such as `CERT_HAS_EXPIRED`; error names of AWS are not. */
function readCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(error.code)
    ? error.code
    : undefined;
}

/** HTTP status that a proxy answered to CONNECT; 407 means that the proxy requires a login. */
function readStatus(error: Error): string {
  return 'statusCode' in error && typeof error.statusCode === 'number'
    ? ` (HTTP ${error.statusCode})`
    : '';
}

/** The credential providers of the SDK keep only the message of a network failure. */
function readQuotedCode(message: string): string | undefined {
  return /\b(?:E[A-Z]{4,}|EAI_[A-Z]+|ERR_[A-Z_]+)\b/.exec(message)?.[0];
}
