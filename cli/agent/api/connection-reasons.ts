/** Why a connection failed, in words, and whether trying again helps. */
export interface ConnectionFailure {
  readonly kind: 'unreached' | 'untrusted';
  readonly reason: string;
}

/** Reasons that do not pass by themselves: the certificate is not accepted. */
const certificateReasons: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: 'its CA is not trusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed and not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'its CA is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its CA is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its CA is not trusted, or an intermediate certificate is missing',
  CERT_UNTRUSTED: 'its CA is not trusted',
  CERT_SIGNATURE_FAILURE: 'its signature is wrong: it is of another CA with the same name',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet; check the clock of this host',
  CERT_REVOKED: 'it has been revoked',
  INVALID_CA: 'its CA certificate is not a CA',
  INVALID_PURPOSE: 'it is not a server certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another host name',
};

/** Codes of certificates whose CA is not among the trusted ones. */
const unknownIssuer = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

const networkReasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'the host is not reachable',
  ENETUNREACH: 'the network is not reachable',
  ENETDOWN: 'the network is down',
  EPROTO: 'the server does not speak TLS, or not a version that this command accepts',
};

/** The error of a connection that could not be opened. */
export function describeConnectionError(
  error: unknown,
  place: { readonly host: string; readonly certificatesPath: string | undefined },
): ConnectionFailure {
  const code = networkCodeOf(error);
  const certificate = certificateReasons[code];
  if (certificate === undefined) {
    return { kind: 'unreached', reason: `${place.host}: ${describeNetworkError(error)}` };
  }
  const file = place.certificatesPath;
  const advice = !isUnknownIssuer(error)
    ? ''
    : file === undefined
      ? '; give the certificate of the CA with --ca FILE'
      : `; ${file} does not have the certificate of its CA`;
  return {
    kind: 'untrusted',
    reason: `the certificate of ${place.host} is not accepted: ${certificate} (${code})${advice}`,
  };
}

/** True if a certificate was refused because its CA is not among the trusted ones. */
export function isUnknownIssuer(error: unknown): boolean {
  return unknownIssuer.includes(networkCodeOf(error));
}

/** Describes a network error in words with its code. Its message is not used. */
export function describeNetworkError(error: unknown): string {
  const code = networkCodeOf(error);
  const reason =
    networkReasons[code] ?? (code.startsWith('ERR_SSL') ? networkReasons['EPROTO'] : undefined);
  return reason === undefined ? code : `${reason} (${code})`;
}

/** The code of a network error. An error of several addresses has the code of the first. */
export function networkCodeOf(error: unknown): string {
  if (error instanceof AggregateError && codeIn(error) === undefined)
    return networkCodeOf(error.errors[0]);
  return codeIn(error) ?? 'unknown network error';
}

function codeIn(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
