import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { BreakRequest, Incidents } from './incidents.ts';
import type { TriggerRequest, TriggerWorkload } from './trigger-workload.ts';

/** What the commands of another process can ask of the embedded worlds. */
export interface ControlDeps extends Incidents {
  readonly trigger: TriggerWorkload;
}

/** Where the control endpoint listens, and the token that it requires. */
export interface ControlAccess {
  readonly url: string;
  readonly token: string;
}

/** A running control endpoint. */
export interface ControlServer extends AsyncDisposable {
  readonly access: ControlAccess;
}

const bodyLimitBytes = 64 * 1024;

/**
 * Starts the control endpoint of the embedded worlds on loopback: `POST /trigger`, `/break` and
 * `/mend`, each with a JSON body and the token. Other users of the host do not have the token.
 */
export async function startControlServer(deps: ControlDeps): Promise<ControlServer> {
  const token = randomBytes(32).toString('base64url');
  const server = createServer((request, response) => {
    void answer(deps, token, request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    }, toDestroyed(response));
  });
  // A trigger answers after the functions have handled the event.
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    access: { url: toUrl(server), token },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(
  deps: ControlDeps,
  token: string,
  request: IncomingMessage,
): Promise<ControlAnswer> {
  if (!isEqual(request.headers.authorization ?? '', `Bearer ${token}`)) {
    return refuse(401, 'the token is missing or wrong');
  }
  if (request.method !== 'POST') return refuse(405, 'allowed: POST');
  const body = await readObject(request);
  if (body === undefined) return refuse(400, 'expected a JSON object of at most 64 KiB');
  switch (request.url) {
    // Safe: the commands of the same version write these bodies, and the values are checked.
    case '/trigger':
      return { status: 200, body: await deps.trigger(body as unknown as TriggerRequest) };
    case '/break':
      return { status: 200, body: await deps.breakAutosys(body as unknown as BreakRequest) };
    case '/mend':
      return { status: 200, body: await deps.mendAutosys() };
    default:
      return refuse(404, 'allowed: /trigger, /break, /mend');
  }
}

async function readObject(
  request: IncomingMessage,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > bodyLimitBytes) return undefined;
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function refuse(status: number, fault: string): ControlAnswer {
  return { status, body: { kind: 'refused', faults: [fault] } };
}

function isEqual(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function toUrl(server: Server): string {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server is closed');
  return `http://127.0.0.1:${address.port}`;
}

/** The client has gone away, or the worlds are being stopped. The client reports the broken connection. */
function toDestroyed(response: ServerResponse): () => void {
  return function destroyResponse() {
    response.destroy();
  };
}
