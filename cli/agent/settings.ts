import type { Options } from '../command.ts';
import { isProxyExcluded } from '../no-proxy.ts';
import { describeFileError, refuseUsage } from './agent-error.ts';
import type { AgentIo } from './agent-io.ts';
import { type AgentLogin, openLogin } from './login-file.ts';

/** Options of every command that calls the launch API. No option holds a secret. */
export const agentConnectionOptions = {
  url: {
    type: 'string',
    value: 'URL',
    env: 'AUTOSYS_BRIDGE_URL',
    about: 'https address of the launch API, with its stage',
  },
  'login-file': {
    type: 'string',
    value: 'FILE',
    env: 'AUTOSYS_BRIDGE_LOGIN_FILE',
    about: 'file with username and password, or a token; only its owner may read it',
  },
  ca: {
    type: 'string',
    value: 'FILE',
    env: 'AUTOSYS_BRIDGE_CA',
    about: 'PEM file with further CA certificates that the command trusts',
  },
} as const satisfies Options;

/** Advice for options that would show a secret. See {@link agentConnectionOptions}. */
export const agentSecretAdvice: Readonly<Record<string, string>> = Object.fromEntries(
  ['--password', '--passwd', '--pw', '--token', '--secret', '--user', '--username', '--login'].map(
    (name) => [
      name,
      'other users of this host can read command lines; write the login to a file of mode 0600 and use --login-file FILE or $AUTOSYS_BRIDGE_LOGIN_FILE',
    ],
  ),
);

/** The HTTPS proxy of the environment. */
export interface TunnelProxy {
  /** Name of the environment variable. */
  readonly variable: string;
  /** May contain a login, so it is never printed. */
  readonly url: URL;
}

/** How the launch API is called. */
export interface AgentSettings {
  /** Without a slash at its end. */
  readonly url: URL;
  readonly login: AgentLogin;
  /** CA certificates in PEM, besides those that Node.js trusts. */
  readonly certificates: string | undefined;
  readonly certificatesPath: string | undefined;
  readonly proxy: TunnelProxy | undefined;
}

type Env = AgentIo['env'];

/** The values of {@link agentConnectionOptions}. */
export type ConnectionValues = Readonly<
  Partial<Record<keyof typeof agentConnectionOptions, string | undefined>>
>;

/**
 * Reads the settings from the options and the environment. Nothing is sent.
 *
 * @param faults receives every missing or wrong setting, besides those of the caller
 * @throws {AgentError} with the faults, or else because of the login file
 */
export function readAgentSettings(
  given: ConnectionValues,
  io: AgentIo,
  faults: string[],
): AgentSettings {
  const find = (name: keyof typeof agentConnectionOptions) =>
    given[name] ?? (io.env[agentConnectionOptions[name].env] || undefined);
  const url = readUrl(find('url'), faults);
  const loginPath = find('login-file');
  if (loginPath === undefined) {
    faults.push(
      '--login-file: missing, and $AUTOSYS_BRIDGE_LOGIN_FILE is not set; give the file with the login',
    );
  }
  const certificatesPath = find('ca');
  const certificates = readCertificateFile(certificatesPath, io, faults);
  const proxy = url && readTunnelProxy(url, io.env, faults);
  if (faults.length > 0 || url === undefined || loginPath === undefined) {
    throw refuseUsage(faults);
  }
  return { url, login: openLogin(io, loginPath), certificates, certificatesPath, proxy };
}

/** Faults never repeat the text, because it may contain a login. */
function readUrl(text: string | undefined, faults: string[]): URL | undefined {
  if (text === undefined) {
    faults.push(
      '--url: missing, and $AUTOSYS_BRIDGE_URL is not set; give the address of the launch API',
    );
    return undefined;
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const found = describeWrongUrl(url);
  if (found === undefined && url !== undefined) {
    url.pathname = url.pathname.replace(/\/+$/, '');
    return url;
  }
  faults.push(
    `--url: expected an https URL, such as https://id.execute-api.eu-west-1.amazonaws.com/v, found ${found}`,
  );
  return undefined;
}

function describeWrongUrl(url: URL | undefined): string | undefined {
  if (url === undefined) return 'text that is not a URL';
  if (url.protocol !== 'https:') return `the scheme ${url.protocol.slice(0, -1)}`;
  if (url.username !== '' || url.password !== '') {
    return 'a login in it; use --login-file, because other users can read command lines';
  }
  return url.search === '' && url.hash === '' ? undefined : 'a query or a fragment';
}

function readCertificateFile(
  path: string | undefined,
  { readFile }: Pick<AgentIo, 'readFile'>,
  faults: string[],
): string | undefined {
  if (path === undefined) return undefined;
  try {
    const text = new TextDecoder().decode(readFile(path));
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
    faults.push(`--ca: ${path}: expected a PEM file with certificates, found no certificate`);
  } catch (error) {
    faults.push(`--ca: ${path}: cannot be read: ${describeFileError(error)}`);
  }
  return undefined;
}

/**
 * The proxy for an address; `undefined` if there is none, or if `NO_PROXY` has the address.
 *
 * As in curl, the variable in lower case comes first, and a proxy without a scheme is HTTP.
 *
 * @param faults receives a proxy that cannot be used, without its login
 */
export function readTunnelProxy(url: URL, env: Env, faults: string[]): TunnelProxy | undefined {
  const variable = ['https_proxy', 'HTTPS_PROXY'].find((name) => env[name]);
  if (variable === undefined || isProxyExcluded(url, env)) return undefined;
  const text = (env[variable] ?? '').trim();
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const proxy = URL.canParse(full) ? new URL(full) : undefined;
  const found = describeWrongProxy(proxy);
  if (found === undefined && proxy !== undefined) return { variable, url: proxy };
  faults.push(
    `${variable}: expected an http or https URL, such as http://proxy.example.com:3128, found ${found}`,
  );
  return undefined;
}

function describeWrongProxy(proxy: URL | undefined): string | undefined {
  if (proxy === undefined) return 'text that is not a URL';
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') {
    return `the scheme ${proxy.protocol.slice(0, -1)}`;
  }
  try {
    decodeURIComponent(`${proxy.username}${proxy.password}`);
    return undefined;
  } catch {
    return 'a login with a % that is not written as %25';
  }
}
