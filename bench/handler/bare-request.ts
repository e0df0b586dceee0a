import { Agent } from 'node:https';
import got from 'got';
import { defaultTimeouts } from '../../autosys/client/index.ts';
import type { AutosysAccess } from '../autosys.ts';

/** The requests that the confirmation rules require, and nothing else. */
export interface BareRequests {
  /** Sets a variable. */
  set(globalVariable: string, value: string): Promise<void>;
  /** Sets a variable over a new connection, as the client does. */
  setOverNew(globalVariable: string, value: string): Promise<void>;
  /** Lists variables. @param pattern for `autorep -G` */
  list(pattern: string): Promise<void>;
  /** Reads a job by `autorep -J`. */
  readJob(name: string): Promise<void>;
}

/**
 * Creates the minimum that can send an event to AutoSys: HTTPS requests with the settings of
 * `autosys/client/transport.ts`.
 *
 * No ledger, no comparison, no error mapping.
 */
export function createBareRequests({
  url,
  certificateAuthority,
  user,
  password,
}: AutosysAccess): BareRequests {
  const [kept, fresh] = [new Agent({ keepAlive: true }), new Agent({ keepAlive: false })];
  const login = Buffer.from(`${user}:${password}`).toString('base64');
  const send = async (
    path: string,
    expected: number,
    body?: object,
    agent = kept,
  ): Promise<void> => {
    const { statusCode } = await got(`${url}/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Basic ${login}`,
        accept: '*/*',
        'user-agent': 'autosys-bridge',
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      agent: { https: agent },
      https: { rejectUnauthorized: true, certificateAuthority: [certificateAuthority] },
      timeout: {
        lookup: defaultTimeouts.lookupMs,
        connect: defaultTimeouts.connectMs,
        secureConnect: defaultTimeouts.secureConnectMs,
        send: defaultTimeouts.sendMs,
        response: defaultTimeouts.responseMs,
        read: defaultTimeouts.readMs,
        request: defaultTimeouts.requestMs,
      },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      decompress: false,
      http2: false,
    });
    if (statusCode !== expected) {
      throw new Error(`bare request: expected ${expected}, found ${statusCode}`);
    }
  };
  return {
    set: (globalName, globalValue) => send('event/set-global', 201, { globalName, globalValue }),
    setOverNew: (globalName, globalValue) =>
      send('event/set-global', 201, { globalName, globalValue }, fresh),
    list: (pattern) => send('command/run', 200, { command: `autorep -G ${pattern}` }),
    readJob: (name) => send('command/run', 200, { command: `autorep -J ${name}` }),
  };
}
