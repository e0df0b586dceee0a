import type { EmulatedLogins } from './accounts.ts';
import { empty, type HttpAnswer, refusal, text, tomcatPage, unsupported } from './answer.ts';
import { discardBody, readBody, readFields, refuseByHeaders } from './body.ts';
import type { Action, AewsRequest, Deps } from './deps.ts';
import type { EndpointRoute } from './endpoints.ts';
import { FieldError, Fields } from './fields.ts';
import { findEndpoint } from './find-endpoint.ts';
import type { Exchange } from './server.ts';
import { type RequestTarget, readTarget } from './target.ts';
import type { EmulatedProfile } from './wire.ts';

/** Dependencies of {@link answerRequest}. */
export interface AnsweringOptions {
  readonly accounts: EmulatedLogins;
  readonly profiles: ReadonlySet<EmulatedProfile>;
  /** Larger bodies are answered with 413. */
  readonly bodyLimitBytes: number;
  readonly depsFor: (user: string) => Deps;
}

/** Either the refusal of a request, or the value for the next step. */
type Step<Value> =
  | { readonly refusal: HttpAnswer }
  | { readonly refusal?: never; readonly value: Value };

/**
 * Answers one request, in the order of a Tomcat with a JAX-RS application: authentication (401),
 * target (501, 404, 405), permission (403), body (415, 413, 400), and then the action.
 *
 * Rejects only when the client disconnects before its body is complete.
 */
export async function answerRequest(
  options: AnsweringOptions,
  exchange: Exchange,
): Promise<HttpAnswer> {
  const { headers, method = 'GET', url = '/' } = exchange.request;
  const user = options.accounts.recognise(headers.authorization);
  if (user === undefined) return unauthorized();
  const target = readTarget(url);
  if (!target) return tomcatPage(400, 'the path has invalid percent-encoding');
  const found = findAction(method, target, options.profiles);
  if (found.refusal) return found.refusal;
  const { endpoint, name, action } = found.value;
  const deps = options.depsFor(user);
  if (endpoint.permission && !deps.mayDo(endpoint.permission)) return empty(403);
  const read = await readRequest(exchange, endpoint, options.bodyLimitBytes);
  if (read.refusal) return read.refusal;
  return runAction(() =>
    action(deps)({ ...read.value, name, query: target.query, accept: headers.accept }),
  );
}

function unauthorized(): HttpAnswer {
  const challenge = { 'WWW-Authenticate': 'Basic realm="AEWS"' };
  return tomcatPage(401, 'a user name and a password known to AutoSys are required', challenge);
}

/** The endpoint of a request, its action, and `{name}` of its path. */
interface ResolvedEndpoint {
  readonly endpoint: EndpointRoute;
  readonly action: Action;
  readonly name: string;
}

function findAction(
  method: string,
  { segments }: RequestTarget,
  profiles: ReadonlySet<EmulatedProfile>,
): Step<ResolvedEndpoint> {
  const found = findEndpoint(method, segments, profiles);
  const path = `/${segments.join('/')}`;
  switch (found.kind) {
    case 'unknown':
      return {
        refusal: unsupported(`${method} ${path}`, 'no known release of AEWS has this endpoint'),
      };
    case 'otherProfile': {
      const others = found.profiles.join(', ');
      return {
        refusal: refusal(
          404,
          `${path} belongs to wire profiles that are not enabled here: ${others}`,
        ),
      };
    }
    case 'otherMethod': {
      const allow = { Allow: found.allow };
      if (method === 'OPTIONS') return { refusal: empty(200, allow) };
      return { refusal: refusal(405, `${path} allows ${found.allow}, found ${method}`, allow) };
    }
    case 'endpoint': {
      const { endpoint, name } = found;
      const { action, note } = endpoint;
      return action
        ? { value: { endpoint, name, action } }
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
  const { request, sendContinue } = exchange;
  if (consumes === 'nothing') return { value: { body: '', fields: new Fields({}) } };
  const refused = refuseByHeaders(request, consumes, limitBytes);
  if (refused) {
    if (request.headers.expect === undefined) await discardBody(request);
    return { refusal: refused };
  }
  sendContinue();
  const body = await readBody(request, limitBytes);
  if (typeof body !== 'string') return { refusal: body };
  const fields = consumes === 'json' ? readFields(body) : new Fields({});
  return fields instanceof Fields ? { value: { body, fields } } : { refusal: fields };
}

function runAction(action: () => HttpAnswer): HttpAnswer {
  try {
    return action();
  } catch (error) {
    if (error instanceof FieldError) return text(400, `${error.message}\n`);
    // A fault of the emulator itself, answered as Tomcat answers a fault of AEWS.
    return tomcatPage(500, error instanceof Error ? error.message : String(error));
  }
}
