import { STATUS_CODES } from 'node:http';
import type { HttpAnswer } from './answer.ts';
import type { Clock } from './clock.ts';
import { encodeBody } from './encode-body.ts';
import type { Fault } from './faults.ts';
import type { Exchange } from './server.ts';

/** Number of pieces of a slow body. */
const slowPieces = 8;
/**
 * A TLS alert that belongs to no handshake, and the end of a Java stack trace: bytes that are not
 * HTTP.
 */
const notHttp = '\u0000\u0015\u0003 at com.example.Acceptor.run(Acceptor.java:42)\r\n';

/**
 * Sends the answer, altered by the fault.
 *
 * @returns true when the complete answer was sent
 */
export async function deliver(
  exchange: Exchange,
  answer: HttpAnswer,
  { fault, clock }: { readonly fault: Fault | undefined; readonly clock: Clock },
): Promise<boolean> {
  const { response, request } = exchange;
  // The time of the host, as any web server sends it.
  if (!response.headersSent) response.setHeader('Date', clock.now().toUTCString());
  switch (fault?.kind) {
    case 'refuseConnection':
    case 'resetBeforeAnswer':
    case 'resetAfterAccept':
      exchange.reset();
      return false;
    case 'neverAnswer':
      return false;
    case 'garbage':
      request.socket.end(notHttp);
      return false;
    case 'halfAResponse':
      sendHalf(exchange, answer);
      return false;
    case 'slowBody':
      await sendSlowly(exchange, answer, () => sleep(clock, fault.ms, response));
      return response.writableFinished;
    case 'answerAfter':
      await sleep(clock, fault.ms, response);
      return send(exchange, answer);
    case 'emptyBody':
      return send(exchange, { ...answer, body: '' });
    case 'compress':
      return send(exchange, { ...answer, encoding: fault.encoding });
    default:
      return send(exchange, answer);
  }
}

function send(exchange: Exchange, answer: HttpAnswer): boolean {
  const { response } = exchange;
  if (response.destroyed) return false;
  const { bytes, headers } = toWire(answer, exchange);
  response.writeHead(answer.status, headers).end(bytes);
  return true;
}

async function sendSlowly(
  exchange: Exchange,
  answer: HttpAnswer,
  sleepBetweenPieces: () => Promise<void>,
): Promise<void> {
  const { response } = exchange;
  const { bytes, headers } = toWire(answer, exchange);
  const size = Math.ceil(bytes.length / slowPieces);
  response.writeHead(answer.status, headers).flushHeaders();
  for (let from = 0; from < bytes.length && !response.destroyed; from += size) {
    await sleepBetweenPieces();
    response.write(bytes.subarray(from, from + size));
  }
  if (response.destroyed) return;
  const closed = new Promise((resolve) => response.once('close', resolve));
  response.end();
  await closed;
}

/** Cuts the answer in the middle of the body, or of the header if there is no body. */
function sendHalf(exchange: Exchange, answer: HttpAnswer): void {
  const { bytes, headers } = toWire(answer, exchange);
  const head = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ].join('\r\n');
  const sent =
    bytes.length === 0
      ? Buffer.from(head.slice(0, head.length / 2))
      : Buffer.concat([Buffer.from(`${head}\r\n\r\n`), bytes.subarray(0, bytes.length / 2)]);
  const { socket } = exchange.request;
  socket.write(sent, () => socket.destroy());
}

/** The bytes of the body, compressed if planned, and the headers that belong to it. */
function toWire(answer: HttpAnswer, exchange: Exchange) {
  const { bytes, contentEncoding } = encodeBody(answer.body ?? '', answer.encoding);
  const headers: Record<string, string | number> = {
    ...(answer.contentType !== undefined && { 'Content-Type': answer.contentType }),
    ...(contentEncoding !== undefined && { 'Content-Encoding': contentEncoding }),
    'Content-Length': bytes.length,
    ...(exchange.awaitsContinue() && { Connection: 'close' }),
    ...answer.headers,
  };
  return { bytes, headers };
}

/** Sleeps by the emulator's clock, or until the client has disconnected. */
function sleep(clock: Clock, ms: number, response: Exchange['response']): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(new Date(clock.now().getTime() + ms), resolve);
    response.once('close', () => {
      timer[Symbol.dispose]();
      resolve();
    });
  });
}
