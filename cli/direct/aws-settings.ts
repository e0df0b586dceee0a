import { Agent } from 'node:https';
import { toClientSettings } from '../../lambda/aws/client-timeouts.ts';
import { refuseUsage } from '../agent/agent-error.ts';
import type { AgentIo } from '../agent/agent-io.ts';
import { readTunnelProxy } from '../agent/settings.ts';
import { readNoProxy } from '../no-proxy.ts';

type Env = AgentIo['env'];

/**
 * Settings of every AWS client of direct mode: one try, so that the command itself decides on each
 * repetition, and the proxy of `HTTPS_PROXY`.
 *
 * @throws {AgentError} if the proxy cannot be used
 */
export function readAwsSettings(env: Env) {
  const httpsAgent = createProxyAgent(env);
  return {
    settings: toClientSettings({ tries: 1, tryMs: 5_000, httpsAgent }),
    /** Closes idle connections through the proxy. */
    close: () => httpsAgent?.destroy(),
  };
}

/**
 * Node.js makes the tunnel, and leaves out the hosts of `NO_PROXY`, since 22.21.0 and 24.5.0
 * (documented: `proxyEnv` of `http.Agent`).
 */
function createProxyAgent(env: Env): Agent | undefined {
  const faults: string[] = [];
  const withoutExclusions = { ...env, no_proxy: undefined, NO_PROXY: undefined };
  const anyHost = new URL('https://amazonaws.com');
  const proxy = readTunnelProxy(anyHost, withoutExclusions, faults);
  if (faults.length > 0) throw refuseUsage(faults);
  if (proxy === undefined) return undefined;
  const proxyEnv = { HTTPS_PROXY: proxy.url.href, NO_PROXY: readNoProxy(env) };
  return new Agent({ keepAlive: true, proxyEnv });
}
