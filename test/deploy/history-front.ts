import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * Step Functions as the functions see it: MiniStack, with the task events of histories as AWS writes
 * them. MiniStack names the resource of the state there, and no resource type (`gaps.ts`).
 */
export interface HistoryFront extends AsyncDisposable {
  /** Endpoint for the clients of Step Functions. */
  readonly url: string;
  /** Calls back for each StartExecution, before MiniStack has the request. */
  onStart(listener: (stateMachineArn: string) => void): Disposable;
}

/** Starts the server on a free port of loopback. @param endpoint of MiniStack */
export async function startHistoryFront(endpoint: string): Promise<HistoryFront> {
  const listeners = new Set<(stateMachineArn: string) => void>();
  const notify = (arn: string) => {
    for (const listener of listeners) listener(arn);
  };
  const server = createServer((incoming, outgoing) => {
    void forward(endpoint, { incoming, outgoing, notify }).catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the front is closed');
  return {
    url: `http://127.0.0.1:${address.port}`,
    onStart: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => listeners.delete(listener) };
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly notify: (stateMachineArn: string) => void;
}

async function forward(endpoint: string, { incoming, outgoing, notify }: Exchange) {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { authorization = '', 'content-type': type = '' } = incoming.headers;
  const target = String(incoming.headers['x-amz-target'] ?? '');
  const body = Buffer.concat(chunks);
  if (target.endsWith('.StartExecution')) {
    notify(String(JSON.parse(body.toString('utf8')).stateMachineArn));
  }
  const answer = await fetch(`${endpoint}${incoming.url}`, {
    method: 'POST',
    headers: { authorization, 'content-type': type, 'x-amz-target': target },
    body,
  });
  const text = await answer.text();
  const isHistory = answer.ok && target.endsWith('.GetExecutionHistory');
  outgoing.writeHead(answer.status, {
    'content-type': answer.headers.get('content-type') ?? 'application/x-amz-json-1.0',
  });
  outgoing.end(isHistory ? JSON.stringify(JSON.parse(text, withResourceType)) : text);
}

/**
 * Splits the resource of a task event: `arn:aws:states:::states:startExecution` is `startExecution`
 * of type `states`, and `arn:aws:states:::aws-sdk:sfn:startExecution` the same of `aws-sdk:sfn`
 * (API reference, TaskSucceededEventDetails).
 */
function withResourceType(key: string, value: unknown): unknown {
  if (!/^task\w+EventDetails$/.test(key) || typeof value !== 'object' || value === null) {
    return value;
  }
  const { groups } =
    /^arn:aws:states:::(?<type>.+):(?<call>[^:]+(?::2)?)$/.exec(
      String(Reflect.get(value, 'resource')),
    ) ?? {};
  if (groups === undefined) return value;
  return { ...value, resourceType: groups['type'], resource: groups['call'] };
}
