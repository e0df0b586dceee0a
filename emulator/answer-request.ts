import type { EmulatedLogins } from './accounts.ts';
import { empty, type HttpAnswer, refusal, text, tomcatPage, unsupported } from './answer.ts';
import { readBody, readFields, refuseByHeaders, swallowBody } from './body.ts';
import type { Action, AewsRequest, Deps } from './deps.ts';
import type { EndpointRoute } from './endpoints.ts';
import { FieldError, Fields } from './fields.ts';
import { findEndpoint } from './find-endpoint.ts';
import type { Exchange } from './server.ts';
import { type RequestTarget, readTarget } from './target.ts';
import type { EmulatedProfile } from './wire.ts';

/** What answering needs. */
export interface AnsweringOptions {
  readonly accounts: EmulatedLogins;
  readonly profiles: ReadonlySet<EmulatedProfile>;
  /** Larger bodies are answered with 413. */
  readonly bodyLimitBytes: number;
  readonly powersOf: (user: string) => Deps;
}

/** A refusal, or what the next step goes on with. */
type Step<Value> =
  | { readonly refusal: HttpAnswer }
  | { readonly refusal?: never; readonly go: Value };

/**
 * Answers one request, in the order of a Tomcat with a JAX-RS application: who asks (401), what for (501, 404, 405),
 * whether it is permitted (403), what is in it (415, 413, 400), and then the deed.
 *
 * Rejects only where the client goes away in the middle of its body.
 */
export async function answerRequest(
  options: AnsweringOptions,
  exchange: Exchange,
): Promise<HttpAnswer> {
  const { headers, method = 'GET', url = '/' } = exchange.request;
  const user = options.accounts.recognise(headers.authorization);
  if (user === undefined) return unauthorized();
  const target = readTarget(url);
  if (!target) return tomcatPage(400, 'the path does not decode');
  const found = find(method, target, options.profiles);
  if (found.refusal) return found.refusal;
  const { endpoint, name, action } = found.go;
  const powers = options.powersOf(user);
  if (endpoint.permission && !powers.mayDo(endpoint.permission)) return empty(403);
  const read = await readRequest(exchange, endpoint, options.bodyLimitBytes);
  if (read.refusal) return read.refusal;
  return act(() =>
    action(powers)({ ...read.go, name, query: target.query, accept: headers.accept }),
  );
}

function unauthorized(): HttpAnswer {
  const challenge = { 'WWW-Authenticate': 'Basic realm="AEWS"' };
  return tomcatPage(401, 'a user name and a password that AutoSys knows are required', challenge);
}

/** What the request was for: a line of the table that somebody acts on. */
interface Place {
  readonly endpoint: EndpointRoute;
  readonly action: Action;
  readonly name: string;
}

function find(
  method: string,
  { segments }: RequestTarget,
  profiles: ReadonlySet<EmulatedProfile>,
): Step<Place> {
  const found = findEndpoint(method, segments, profiles);
  const path = `/${segments.join('/')}`;
  switch (found.kind) {
    case 'unknown':
      return { refusal: unsupported(`${method} ${path}`, 'no AEWS is known to have it') };
    case 'otherProfile': {
      const others = found.profiles.join(', ');
      return {
        refusal: refusal(404, `${path} belongs to wire profiles not spoken here: ${others}`),
      };
    }
    case 'otherMethod': {
      const allow = { Allow: found.allow };
      if (method === 'OPTIONS') return { refusal: empty(200, allow) };
      return { refusal: refusal(405, `${path} takes ${found.allow}, not ${method}`, allow) };
    }
    case 'endpoint': {
      const { endpoint, name } = found;
      const { action, note } = endpoint;
      return action
        ? { go: { endpoint, name, action } }
        : { refusal: unsupported(`${method} ${path}`, note) };
    }
    default:
      return found satisfies never;
  }
}

async function readRequest(
  exchange: Exchange,
  { consumes }: Pick<EndpointRoute, 'consumes'>,
  limitBytes: number,
): Promise<Step<Pick<AewsRequest, 'body' | 'fields'>>> {
  const { request, invite } = exchange;
  if (consumes === 'nothing') return { go: { body: '', fields: new Fields({}) } };
  const refused = refuseByHeaders(request, consumes, limitBytes);
  if (refused) {
    if (request.headers.expect === undefined) await swallowBody(request);
    return { refusal: refused };
  }
  invite();
  const body = await readBody(request, limitBytes);
  if (typeof body !== 'string') return { refusal: body };
  const fields = consumes === 'json' ? readFields(body) : new Fields({});
  return fields instanceof Fields ? { go: { body, fields } } : { refusal: fields };
}

function act(deed: () => HttpAnswer): HttpAnswer {
  try {
    return deed();
  } catch (error) {
    if (error instanceof FieldError) return text(400, `${error.message}\n`);
    // A fault of the emulator's own, told as Tomcat tells those of AEWS.
    return tomcatPage(500, error instanceof Error ? error.message : String(error));
  }
}
