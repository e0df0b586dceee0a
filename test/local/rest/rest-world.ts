import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import { type Resource, readAssembly } from '../../../local/assembly.ts';
import { ManualLocalClock } from '../../../local/clock.ts';
import type { Invocable, InvocationResult } from '../../../local/invocation.ts';
import { readRestApis } from '../../../local/rest/read-rest-apis.ts';
import { RestFront, type RestFrontSettings } from '../../../local/rest/rest-front.ts';
import { TemplateValues } from '../../../local/template-values.ts';
import { type Authority, makeAuthority } from '../../support/certificates.ts';
import { type DefineRest, synthesizeRest } from './rest-assembly.ts';

export const location = { account: '111122223333', region: 'eu-west-1' };

/** A handler of a function in this process. */
// biome-ignore lint/suspicious/noExplicitAny: tests read any field of an event
export type Handler = (event: any) => unknown;

/** An answer as the client gets it. */
export interface ClientAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly text: string;
  /** The text as JSON. */
  json(): unknown;
}

/** A request of a client. */
export interface ClientRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

/** An HTTPS client of `node:https` that trusts the authority and keeps its connection. */
export class RestClient implements Disposable {
  readonly agent: Agent;
  readonly #url: string;

  constructor(url: string, ca: string) {
    this.#url = url;
    this.agent = new Agent({ ca, keepAlive: true });
  }

  /** @param path after the stage, as it is to appear on the wire */
  send(path: string, { method = 'GET', headers = {}, body }: ClientRequest = {}) {
    const { hostname, port, pathname } = new URL(this.#url);
    return new Promise<ClientAnswer>((resolve, reject) => {
      const sent = request(
        { agent: this.agent, hostname, port, path: `${pathname}${path}`, method },
        async (answer) => {
          const chunks: Buffer[] = [];
          for await (const chunk of answer) chunks.push(chunk);
          const text = Buffer.concat(chunks).toString('utf8');
          const { statusCode: status, headers: received, rawHeaders } = answer;
          const json = () => JSON.parse(text);
          resolve({ status, headers: received, rawHeaders, text, json });
        },
      );
      for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value);
      sent.once('error', reject).end(body);
    });
  }

  [Symbol.dispose](): void {
    this.agent.destroy();
  }
}

/** A front whose functions are handlers of this process. */
export interface RestWorld extends AsyncDisposable {
  readonly front: RestFront;
  readonly clock: ManualLocalClock;
  readonly client: RestClient;
  /** Events of each function, by its id in the stack. */
  eventsOf(id: string): readonly unknown[];
}

let authority: Promise<Authority> | undefined;

/** The certificates of the tests; the front's is valid for 127.0.0.1. */
export async function certificates() {
  authority ??= makeAuthority();
  const { certificate: ca, server } = await authority;
  return { ca, key: server.privateKey, cert: server.certificate };
}

/** Resources of the synthesized stack, by logical id. */
export type StackResources = Readonly<Record<string, Resource>>;

/** Settings of the front, and a change of the template before it is read. */
export interface StartRestOptions extends Partial<RestFrontSettings> {
  readonly patch?: (resources: StackResources) => StackResources;
}

/**
 * Starts the front of a stack.
 *
 * @param handlers by the id of the function in the stack; without a handler, a function answers 200
 */
export async function startRest(
  define: DefineRest,
  handlers: Readonly<Record<string, Handler>> = {},
  { patch, ...settings }: StartRestOptions = {},
): Promise<RestWorld> {
  const started = new AsyncDisposableStack();
  const [definition] = await readDefinitions(define, patch);
  if (!definition) throw new Error('the stack has no REST API');
  const events = new Map<string, unknown[]>();
  const targets = definition.methods.flatMap((one) => [one, one.authorizer ?? one]);
  const functions = new Map(
    [...new Set(targets.map((one) => one.functionId))].map((id) => {
      const name = /\/(.+)[0-9A-F]{8}$/.exec(id)?.[1] ?? id;
      const seen: unknown[] = [];
      events.set(name, seen);
      return [id, toInvocable(name, handlers[name] ?? (() => ({ statusCode: 200 })), seen)];
    }),
  );
  const clock = new ManualLocalClock();
  const { ca, key, cert } = await certificates();
  const certificate = { key, cert };
  const options = { ...location, certificate, clock, definition, functions, ...settings };
  const front = started.use(await RestFront.start(options));
  const client = started.use(new RestClient(front.url, ca));
  const stack = started.move();
  return {
    ...{ front, clock, client },
    eventsOf: (id) => events.get(id) ?? [],
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The REST APIs of a stack whose template may be changed before it is read. */
export async function readDefinitions(
  define: DefineRest,
  patch: (resources: StackResources) => StackResources = (resources) => resources,
) {
  const stack = await readOnce(define);
  const patched = { ...stack, resources: patch(stack.resources) };
  return readRestApis(patched, new TemplateValues(patched, location), location);
}

const stacks = new WeakMap<DefineRest, ReturnType<typeof readStack>>();

/** A stack is synthesized once, for all tests that use the same function. */
function readOnce(define: DefineRest): ReturnType<typeof readStack> {
  const known = stacks.get(define) ?? readStack(define);
  stacks.set(define, known);
  return known;
}

async function readStack(define: DefineRest) {
  await using assembly = await synthesizeRest(define);
  const [stack] = readAssembly(assembly.directory);
  if (!stack) throw new Error('the assembly has no stack');
  return stack;
}

/** A change of some properties of every resource of a type. */
export const withProperties =
  (type: string, properties: Readonly<Record<string, unknown>>) =>
  (resources: StackResources): StackResources =>
    Object.fromEntries(
      Object.entries(resources).map(([id, one]) => [
        id,
        one.type === type ? { ...one, properties: { ...one.properties, ...properties } } : one,
      ]),
    );

function toInvocable(name: string, handler: Handler, seen: unknown[]): Invocable {
  return {
    name,
    async invoke(payload: string): Promise<InvocationResult> {
      const event: unknown = JSON.parse(payload);
      seen.push(event);
      try {
        return { kind: 'answered', payload: JSON.stringify((await handler(event)) ?? null) };
      } catch (error) {
        const { name: errorType, message: errorMessage } = error as Error;
        return { kind: 'failed', functionError: { errorType, errorMessage } };
      }
    },
  };
}

/** Sends a request without TLS, which the front has to refuse. */
export function sendPlain(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(url);
    httpRequest({ host: '127.0.0.1', port }, ({ statusCode }) => resolve(statusCode))
      .once('error', reject)
      .end();
  });
}
