import { rejectUse } from './reject-use.ts';

/** Names of headers and errors. got reads them at load time, and only `connect` would use them. */
export const constants = new Proxy<Readonly<Record<string, string>>>(
  {},
  { get: (_, name) => String(name) },
);

/** got checks with `instanceof` what a response is piped into. */
export class Http2ServerResponse {}

/** Stub of `node:http2`. */
const http2 = { constants, connect: () => rejectUse('node:http2') };

export default http2;
