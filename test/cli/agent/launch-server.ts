import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { apiVersion, type RunAnswer, versionHeader } from '../../../lambda/launch/api.ts';
import type { Identity } from '../../support/certificates.ts';

/** A request that arrived. */
export interface LaunchRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Number of its connection, from 1. */
  readonly connection: number;
}

/** What the server does with a request instead of its normal answer. */
export type Reaction =
  | 'normal'
  | 'lose'
  | 'never'
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** A scripted launch API on loopback with one run. */
export interface LaunchServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly LaunchRequest[];
  /** The requests whose method and path match. */
  readonly find: (pattern: RegExp) => readonly LaunchRequest[];
  /** Reacts to the next requests that match, one reaction each. */
  readonly react: (
    pattern: RegExp,
    ...reactions: readonly (Reaction | (() => Promise<Reaction> | Reaction))[]
  ) => void;
  /** Reacts to every request that matches, until it is called with `undefined`. */
  readonly reactAlways: (pattern: RegExp, reaction: Reaction | undefined) => void;
  /** Resolves when the number of matching requests has been reached. */
  readonly arrived: (pattern: RegExp, count?: number) => Promise<void>;
  /** Changes the run, and answers held requests. */
  readonly change: (fields: Partial<RunAnswer>, text?: string) => void;
  readonly run: () => RunAnswer;
  /** Pages of the log, each answered once; then an empty end. */
  readonly log: string[];
  /** The logins that are accepted: values of `Authorization`. */
  readonly logins: Set<string>;
  /** Closes the port and every connection. */
  readonly goAway: () => Promise<void>;
  /** Listens on the same port again. */
  readonly comeBack: () => Promise<void>;
}

/** Login of the tests. */
export const testLogin = { username: 'agent', password: 'pa:ss-wörd' };

/** The header of a login. */
export function toBasic({ username, password }: typeof testLogin): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Starts the server. Holds end with a change only. */
export async function startLaunchServer(
  identity: Identity,
  version: string = apiVersion,
): Promise<LaunchServer> {
  const model = createModel(version);
  const requests: LaunchRequest[] = [];
  const sockets = new Map<Socket, number>();
  const always = new Map<string, readonly [RegExp, Reaction]>();
  const reactions: (readonly [RegExp, Reaction | (() => Promise<Reaction> | Reaction)])[] = [];
  const watchers = new Set<() => void>();
  const connections = { count: 0 };
  const server: Server = createServer(
    { cert: identity.certificate, key: identity.privateKey },
    async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      const { method = '', url = '', headers, socket } = request;
      const arrival = { method, path: url, headers, body, connection: sockets.get(socket) ?? 0 };
      requests.push(arrival);
      for (const watcher of watchers) watcher();
      const line = `${method} ${url}`;
      const at = reactions.findIndex(([pattern]) => pattern.test(line));
      const [, given] =
        (at >= 0 ? reactions.splice(at, 1)[0] : undefined) ??
        [...always.values()].find(([pattern]) => pattern.test(line)) ??
        [];
      const reaction = typeof given === 'function' ? await given() : given;
      if (reaction === 'never') return;
      if (reaction === 'lose') request.socket.destroy();
      else if (reaction !== undefined && reaction !== 'normal') reply(response, reaction, version);
      else model.answer(arrival, response);
    },
  );
  server.on('secureConnection', (socket: Socket) => {
    connections.count += 1;
    sockets.set(socket, connections.count);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  await listenOn(server, 0);
  const { port } = server.address() as AddressInfo;
  const find = (pattern: RegExp) =>
    requests.filter(({ method, path }) => pattern.test(`${method} ${path}`));
  const close = async () => {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets.keys()) socket.destroy();
    await once(server, 'close');
  };
  return {
    port,
    url: `https://localhost:${port}/prod`,
    requests,
    find,
    react: (pattern, ...ones) => void reactions.push(...ones.map((one) => [pattern, one] as const)),
    reactAlways: (pattern, reaction) => {
      if (reaction === undefined) always.delete(pattern.source);
      else always.set(pattern.source, [pattern, reaction]);
    },
    arrived: (pattern, count = 1) =>
      new Promise((resolve) => {
        const check = () => {
          if (find(pattern).length < count) return;
          watchers.delete(check);
          resolve();
        };
        watchers.add(check);
        check();
      }),
    change: model.change,
    run: model.run,
    log: model.log,
    logins: model.logins,
    goAway: close,
    comeBack: () => listenOn(server, port),
    [Symbol.asyncDispose]: close,
  };
}

async function listenOn(server: Server, port: number): Promise<void> {
  server.listen(port, 'localhost');
  await once(server, 'listening');
}

function reply(
  response: ServerResponse,
  { status, body = '', headers = {} }: Exclude<Reaction, string>,
  version: string,
): void {
  const isText = typeof body === 'string';
  const type = isText ? 'text/html' : 'application/json';
  const known = isText ? {} : { [versionHeader]: version };
  response.writeHead(status, { 'content-type': type, ...known, ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

/** The run, its held requests and its log. */
function createModel(version: string) {
  const held = new Set<() => void>();
  const log: string[] = [];
  const logins = new Set([toBasic(testLogin)]);
  let revision = 1;
  let exists = false;
  let run: RunAnswer = {
    version,
    name: 'PAY_EOD-r1620t1-ACE',
    target: 'settlement',
    instance: 'ACE',
    job: 'PAY_EOD',
    run: 1620,
    try: 1,
    caller: 'agents',
    state: 'STARTED',
    console: 'https://console.example/run',
    requestedAt: '2026-11-20T02:13:00Z',
    rev: '1',
    changes: [],
    retryAfter: 3,
  };

  function change(fields: Partial<RunAnswer>, text?: string): void {
    revision += 1;
    const at = `2026-11-20T02:13:${String(revision).padStart(2, '0')}Z`;
    const changes = text === undefined ? run.changes : [...run.changes, { at, text }];
    run = { ...run, ...fields, changes, rev: `${revision}` };
    for (const release of held) release();
    held.clear();
  }

  function answer({ method, path, headers }: LaunchRequest, response: ServerResponse): void {
    const send = (status: number, body: unknown) => reply(response, { status, body }, version);
    const sendRun = (status: number) => send(status, run);
    const { pathname, searchParams } = new URL(`https://localhost${path}`);
    if (!logins.has(headers.authorization ?? '')) {
      send(401, { message: 'Unauthorized' });
      return;
    }
    switch (`${method} ${pathname.replace('/prod/v1/runs', '').replace(`/${run.name}`, '/NAME')}`) {
      case 'POST ':
        sendRun(exists ? 200 : 201);
        exists = true;
        break;
      case 'GET ':
        send(200, { version, by: 'ledger', runs: exists ? [run] : [] });
        break;
      case 'GET /NAME':
        sendRun(200);
        break;
      case 'GET /NAME/wait':
        if (searchParams.get('after') === run.rev) held.add(() => sendRun(200));
        else sendRun(200);
        break;
      case 'POST /NAME/restart':
        if (searchParams.has('plan')) {
          send(200, { version, text: ['restart of the run', 'nothing has been started'] });
          break;
        }
        exists = true;
        sendRun(201);
        break;
      case 'POST /NAME/stop':
        change({
          stop: {
            state: 'requested',
            requestedAt: '2026-11-20T02:14:00Z',
            text: 'StopExecution was called',
            remaining: [],
          },
        });
        sendRun(202);
        break;
      case 'GET /NAME/log': {
        const from = Number(searchParams.get('from') ?? 0);
        const next = Math.min(from + 1, log.length);
        send(200, { version, text: log[from] ?? '', next: `${next}`, end: next >= log.length });
        break;
      }
      default:
        send(404, { version, code: 'NOT_FOUND', message: `no run ${pathname}`, fix: '', exit: 64 });
    }
  }

  return { answer, change, run: () => run, log, logins };
}
