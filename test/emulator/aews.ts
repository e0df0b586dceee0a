import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { type Agent, request } from 'node:https';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { makeAuthority } from '../../emulator/authority.ts';
import {
  type Emulator,
  type EmulatorOptions,
  ManualClock,
  startEmulator,
} from '../../emulator/index.ts';

/** The answer to one request. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Differences of a request from a default request with the right login. */
export interface RequestOverrides {
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** The whole Authorization header; `null` for none. */
  readonly authorization?: string | null;
  readonly agent?: Agent;
}

/** One authority for all tests of a file. */
export const authority = await makeAuthority();

/** A Monday, midnight in UTC. */
export const monday = new Date('2026-01-05T00:00:00Z');

/**
 * A box with two members, one job whose name must be encoded, one that waits for a global variable.
 */
export const night = {
  name: 'night.jil',
  text: `
insert_machine: m1
insert_job: PAY_BOX  job_type: BOX
insert_job: PAY_PREP  job_type: CMD
box_name: PAY_BOX
machine: m1
command: sleep 60
owner: autosys@m1
insert_job: PAY_LOAD  job_type: CMD
box_name: PAY_BOX
machine: m1
command: load.sh
condition: s(PAY_PREP)
insert_job: a#b.c-1  job_type: CMD
machine: m1
command: sleep 60
insert_job: WAITER  job_type: CMD
machine: m1
command: sleep 60
condition: v(GO) = "1"
`,
};

/**
 * An embedded AutoSys with the jobs of {@link night}; its clock does not change until the test
 * advances it.
 */
export async function startNight(
  options: EmulatorOptions = {},
): Promise<{ readonly emulator: Emulator; readonly clock: ManualClock } & AsyncDisposable> {
  const clock = new ManualClock(monday);
  const emulator = await startEmulator({
    authority,
    clock,
    jil: [night],
    user: 'bridge',
    password: 'correct horse',
    ...options,
  });
  return { emulator, clock, [Symbol.asyncDispose]: () => emulator.stop() };
}

/** Sends one request over HTTPS, by default on its own connection. */
export function sendRequest(
  emulator: Pick<Emulator, 'url' | 'user' | 'password' | 'certificateAuthority'>,
  method: string,
  path: string,
  { body, headers = {}, authorization, agent }: RequestOverrides = {},
): Promise<Reply> {
  const login =
    authorization === undefined ? basic(emulator.user, emulator.password) : authorization;
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, emulator.url), {
      method,
      ca: emulator.certificateAuthority,
      agent: agent ?? false,
      headers: {
        ...(login !== null && { Authorization: login }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    outgoing.end(body);
  });
}

/** POSTs a JSON body. */
export function post(emulator: Emulator, path: string, value: unknown): Promise<Reply> {
  return sendRequest(emulator, 'POST', path, { body: JSON.stringify(value) });
}

/** Runs a command through `command/run`. */
export async function run(emulator: Emulator, command: string): Promise<Printed> {
  const { text } = await post(emulator, '/AEWS/command/run', { command });
  return JSON.parse(text);
}

/** The answer of `command/run`: one of the two. */
export interface Printed {
  readonly stdOut?: readonly string[];
  readonly stdErr?: readonly string[];
}

/** The Authorization header of a user. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** The Authorization line of the emulator's own user, for requests written by hand. */
export function loginLine(emulator: Emulator): string {
  return `Authorization: ${basic(emulator.user, emulator.password)}`;
}

/** A TLS connection for requests written by hand. */
export async function connect(emulator: Emulator, protocols?: string[]): Promise<TLSSocket> {
  const { hostname, port } = new URL(emulator.url);
  const socket = connectTls({
    host: hostname,
    port: Number(port),
    ca: emulator.certificateAuthority,
    ...(protocols && { ALPNProtocols: protocols }),
  });
  await once(socket, 'secureConnect');
  return socket;
}

/** Writes bytes, and reads until the server closes the connection. */
export async function exchangeBytes(emulator: Emulator, bytes: string | Buffer): Promise<string> {
  const socket = await connect(emulator);
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
  });
  socket.write(bytes);
  await once(socket, 'close');
  return received;
}

/** Reads until the received text matches. */
export function readUntil(socket: TLSSocket, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const listen = (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (!wanted.test(received)) return;
      socket.off('data', listen);
      resolve(received);
    };
    socket.on('data', listen);
    socket.once('close', () => reject(new Error(`closed after ${JSON.stringify(received)}`)));
  });
}
