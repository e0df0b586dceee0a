import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The answer of AWS STS to one AssumeRole. */
export type Session =
  | { readonly accessKeyId: string; readonly endsAt: Date }
  /** An answer without keys, which the API model allows. */
  | 'nothing'
  | { readonly refused: string; readonly status: number };

/** A received request: the access key that signed it, and its Region and service. */
export interface Question {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  /** Session token; absent for long-term keys. */
  readonly sessionToken: string | undefined;
  readonly body: string;
}

/**
 * Another AWS account on loopback: AssumeRole over the real protocol of AWS STS (a form in, XML
 * out), and requests with the keys that it returned. It records the access keys and does not check
 * signatures.
 */
export async function openSourceAccount(deps: {
  readonly assume: (role: string, nth: number) => Session;
  readonly answer: (question: Question) => { readonly status: number; readonly body: object };
}) {
  const assumed: URLSearchParams[] = [];
  const questions: Question[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const question = toQuestion(request, body);
    if (question.service === 'sts') {
      const form = new URLSearchParams(body);
      assumed.push(form);
      const { status, xml } = toXml(deps.assume(form.get('RoleArn') ?? '', assumed.length));
      response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
      return;
    }
    questions.push(question);
    const { status, body: answered } = deps.answer(question);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answered));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Forms of all AssumeRole requests, in order. */
    assumed: assumed as readonly URLSearchParams[],
    /** All other requests, in order. */
    questions: questions as readonly Question[],
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `AWS4-HMAC-SHA256 Credential=KEY/20261128/REGION/SERVICE/aws4_request, …` (AWS, Signature Version 4). */
function toQuestion({ headers }: IncomingMessage, body: string): Question {
  const [, scope = ''] = /Credential=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const [accessKeyId = '', , region = '', service = ''] = scope.split('/');
  const token = headers['x-amz-security-token'];
  return { accessKeyId, region, service, sessionToken: token?.toString(), body };
}

function toXml(session: Session) {
  const open = '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">';
  if (session === 'nothing') {
    return { status: 200, xml: `${open}<AssumeRoleResult/></AssumeRoleResponse>` };
  }
  if ('refused' in session) {
    const { refused, status } = session;
    const error = `<Type>Sender</Type><Code>${refused}</Code><Message>not authorized</Message>`;
    return { status, xml: `<ErrorResponse><Error>${error}</Error></ErrorResponse>` };
  }
  const { accessKeyId, endsAt } = session;
  const keys = `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>`;
  const rest = `<SessionToken>token of ${accessKeyId}</SessionToken><Expiration>${endsAt.toISOString()}</Expiration>`;
  const result = `<AssumeRoleResult><Credentials>${keys}${rest}</Credentials></AssumeRoleResult>`;
  return { status: 200, xml: `${open}${result}</AssumeRoleResponse>` };
}
