import { Agent } from 'node:https';
import got from 'got';
import { defaultTimeouts } from '../../autosys/client/index.ts';
import type { Access } from '../autosys.ts';

/**
 * Binds the least that could tell AutoSys anything: one HTTPS request with the settings of `autosys/client/transport.ts`.
 *
 * No ledger, no reading back, no errors made ours.
 */
export function createBareRequest({ url, certificateAuthority, user, password }: Access) {
  const agent = new Agent({ keepAlive: true });
  const login = Buffer.from(`${user}:${password}`).toString('base64');
  return async (globalVariable: string, value: string): Promise<void> => {
    const { statusCode } = await got(`${url}/event/set-global`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${login}`,
        accept: '*/*',
        'user-agent': 'autosys-bridge',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ globalName: globalVariable, globalValue: value }),
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
    if (statusCode !== 201) throw new Error(`a bare request: expected 201, found ${statusCode}`);
  };
}
