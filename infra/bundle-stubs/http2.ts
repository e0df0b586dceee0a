import { leftOut } from './left-out.ts';

/**
 * Names of headers and of errors: got takes them at load, and only `connect` would put them to use.
 */
export const constants = new Proxy<Readonly<Record<string, string>>>(
  {},
  { get: (_, name) => String(name) },
);

/** got asks of what it is piped into whether it is one of these. */
export class Http2ServerResponse {}

/** Stands in for `node:http2`. */
const http2 = { constants, connect: () => leftOut('node:http2') };

export default http2;
