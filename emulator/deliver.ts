import { STATUS_CODES } from 'node:http';
import type { Answer } from './answer.ts';
import type { Clock } from './clock.ts';
import type { Fault } from './faults.ts';
import type { Exchange } from './server.ts';

/** In how many pieces a slow body comes. */
const slowPieces = 8;
/** A TLS alert of nobody's, the end of a Java stack trace: what one finds where HTTP should be. */
const notHttp = '\u0000\u0015\u0003 at com.example.Acceptor.run(Acceptor.java:42)\r\n';

/**
 * Sends the answer, as the fault bends it.
 *
 * @returns whether a whole answer left
 */
export async function deliver(
  { response, request, reset }: Exchange,
  answer: Answer,
  { fault, clock }: { readonly fault: Fault | undefined; readonly clock: Clock },
): Promise<boolean> {
  switch (fault?.kind) {
    case 'refuseConnection':
    case 'resetBeforeAnswer':
    case 'resetAfterAccept':
      reset();
      return false;
    case 'neverAnswer':
      return false;
    case 'garbage':
      request.socket.end(notHttp);
      return false;
    case 'halfAResponse':
      sendHalf({ response, request, reset }, answer);
      return false;
    case 'slowBody':
      await sendSlowly(response, answer, () => pause(clock, fault.ms, response));
      return response.writableFinished;
    case 'answerAfter':
      await pause(clock, fault.ms, response);
      send(response, answer);
      return !response.destroyed;
    case 'emptyBody':
      send(response, { ...answer, body: '' });
      return true;
    default:
      send(response, answer);
      return true;
  }
}

function send(response: Exchange['response'], answer: Answer): void {
  response.writeHead(answer.status, headersOf(answer)).end(answer.body ?? '');
}

async function sendSlowly(
  response: Exchange['response'],
  answer: Answer,
  rest: () => Promise<void>,
): Promise<void> {
  const body = Buffer.from(answer.body ?? '');
  const size = Math.ceil(body.length / slowPieces);
  response.writeHead(answer.status, headersOf(answer)).flushHeaders();
  for (let from = 0; from < body.length && !response.destroyed; from += size) {
    await rest();
    response.write(body.subarray(from, from + size));
  }
  await new Promise<void>((resolve) => response.end(resolve));
}

/** Breaks off in the middle of the body, or of the header where there is none. */
function sendHalf({ request }: Pick<Exchange, 'request' | 'response' | 'reset'>, answer: Answer) {
  const head = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`,
    ...Object.entries(headersOf(answer)).map(([name, value]) => `${name}: ${value}`),
  ].join('\r\n');
  const body = answer.body ?? '';
  const sent =
    body === ''
      ? head.slice(0, head.length / 2)
      : `${head}\r\n\r\n${body.slice(0, body.length / 2)}`;
  const { socket } = request;
  socket.write(sent, () => socket.destroy());
}

function headersOf(answer: Answer): Record<string, string | number> {
  return {
    ...(answer.contentType !== undefined && { 'Content-Type': answer.contentType }),
    'Content-Length': Buffer.byteLength(answer.body ?? ''),
    ...answer.headers,
  };
}

/** Waits by the emulator's clock, or until the client has gone. */
function pause(clock: Clock, ms: number, response: Exchange['response']): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(new Date(clock.now().getTime() + ms), resolve);
    response.once('close', () => {
      timer[Symbol.dispose]();
      resolve();
    });
  });
}
