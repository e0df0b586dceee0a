import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request that arrived at an endpoint. */
export interface EndpointRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An endpoint on loopback, without TLS. */
export interface PlainEndpoint {
  readonly url: string;
  readonly requests: readonly EndpointRequest[];
}

/** Starts an endpoint that is closed after the test. `undefined` from `answer`: it never answers. */
export async function startEndpoint(
  answer: (
    request: EndpointRequest,
  ) => { readonly status: number; readonly body?: string } | undefined,
): Promise<PlainEndpoint> {
  const requests: EndpointRequest[] = [];
  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of incoming.setEncoding('utf8')) body += chunk;
    const { method = '', url = '', headers } = incoming;
    const request = { method, path: url, headers, body };
    requests.push(request);
    const answered = answer(request);
    if (answered !== undefined) response.writeHead(answered.status).end(answered.body ?? '');
  };
  const server = createServer((incoming, response) => void handle(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests };
}

const metadataToken = 'token-of-this-test';

/** Access key that the instance role gives. */
export const instanceAccessKey = 'ASIAINSTANCEROLE';

/**
 * Starts the metadata service of an EC2 instance: IMDSv2 alone, with a session token (EC2 user guide,
 * documented).
 */
export function startMetadata(): Promise<PlainEndpoint> {
  const credentials = {
    Code: 'Success',
    Type: 'AWS-HMAC',
    LastUpdated: new Date().toISOString(),
    AccessKeyId: instanceAccessKey,
    SecretAccessKey: 'secret-of-the-role',
    Token: 'session-of-the-role',
    Expiration: new Date(Date.now() + 6 * 3_600_000).toISOString(),
  };
  return startEndpoint(({ method, path, headers }) => {
    if (path === '/latest/api/token') {
      const ttl = Number(headers['x-aws-ec2-metadata-token-ttl-seconds']);
      if (method !== 'PUT') return { status: 405 };
      return ttl >= 1 && ttl <= 21_600 ? { status: 200, body: metadataToken } : { status: 400 };
    }
    if (headers['x-aws-ec2-metadata-token'] !== metadataToken) return { status: 401 };
    if (method !== 'GET') return { status: 405 };
    const base = '/latest/meta-data/iam/security-credentials/';
    if (path === base) return { status: 200, body: 'agent-role' };
    if (path === `${base}agent-role`) return { status: 200, body: JSON.stringify(credentials) };
    return { status: 404 };
  });
}

/** Starts an STS that answers GetCallerIdentity with the account of each access key. */
export function startSts(accounts: Readonly<Record<string, string>>): Promise<PlainEndpoint> {
  return startEndpoint(({ method, headers, body }) => {
    const [, accessKey = ''] = /Credential=([^/]+)\//.exec(headers.authorization ?? '') ?? [];
    const isCall = method === 'POST' && body.includes('Action=GetCallerIdentity');
    if (!isCall) return { status: 400, body: toStsError('InvalidAction') };
    const account = accounts[accessKey];
    if (account === undefined) return { status: 403, body: toStsError('InvalidClientTokenId') };
    const result = `<Arn>arn:aws:sts::${account}:assumed-role/agent-role/i-1</Arn><UserId>AROA:i-1</UserId><Account>${account}</Account>`;
    return {
      status: 200,
      body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
    };
  });
}

function toStsError(code: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>refused</Message></Error></ErrorResponse>`;
}
