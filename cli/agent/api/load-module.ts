/**
 * `node:tls`, without an import: that reads every export, and the getter `rootCertificates` alone
 * takes memory for all CA certificates. Together with {@link loadHttp}, 3.2 MB (measured with
 * Node.js 24).
 */
export function loadTls() {
  return process.getBuiltinModule('node:tls');
}

/** `node:http`, without an import, whose export `WebSocket` loads a whole client. */
export function loadHttp() {
  return process.getBuiltinModule('node:http');
}
