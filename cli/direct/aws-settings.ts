import { Agent } from 'node:https';
import { toClientSettings } from '../../lambda/aws/client-timeouts.ts';
import { refuseUsage } from '../agent/agent-error.ts';
import type { AgentIo } from '../agent/agent-io.ts';
import { loadHttp } from '../agent/api/load-module.ts';
import { readTunnelProxy } from '../agent/settings.ts';
import { readNoProxy } from '../no-proxy.ts';

type Env = AgentIo['env'];

/**
 * Settings of every AWS client of direct mode: one try, so that the command itself decides on each
 * repetition, and the proxy of `HTTPS_PROXY`. Credentials of this host are asked for without a proxy.
 *
 * @throws {AgentError} if the proxy cannot be used
 */
export function readAwsSettings(env: Env) {
  const httpsAgent = createProxyAgent(env);
  excludePlainRequests();
  return {
    settings: toClientSettings({ tries: 1, tryMs: 5_000, httpsAgent }),
    /** Closes idle connections through the proxy. */
    close: () => httpsAgent?.destroy(),
  };
}

/**
 * Requests without TLS never use a proxy: those to the instance role endpoint, which the SDK sends
 * through the global agent of `node:http`. With `NODE_USE_ENV_PROXY=1` that agent has the proxy of
 * `HTTP_PROXY` (documented: built-in proxy support, since 22.21.0 and 24.0.0), which would then answer
 * with a role of its own, or see the credentials of this one.
 */
function excludePlainRequests(): void {
  const http = loadHttp();
  http.globalAgent = new http.Agent({ keepAlive: true });
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
