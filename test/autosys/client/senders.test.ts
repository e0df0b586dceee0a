import { describe, expect, test } from 'vitest';
import { wireProfiles } from '../../../autosys/client/index.ts';
import { AutosysUnavailableError, UnexplainedNotFoundError } from '../../../autosys/errors.ts';
import { parseGlobalName, parseJobName } from '../../../autosys/names.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { type Answer, serve } from '../../support/servers.ts';
import { clientFor, failureOf } from './setup.ts';

const authority = await makeAuthority();
const trust = { certificateAuthority: authority.certificate };
const job = parseJobName('etl_load');
const other = parseJobName('etl_other');
const variable = parseGlobalName('ETL_STATUS');
const start = { kind: 'FORCE_STARTJOB', job } as const;

const tomcat = (text: string) =>
  `<!doctype html><html lang="en"><head><title>HTTP Status</title></head><body><p><b>Message</b> ${text}</p></body></html>`;
const page: Omit<Answer, 'status'> = {
  headers: { 'content-type': 'text/html;charset=utf-8' },
  body: tomcat('The requested resource [/AEWS/event/force-start-job] is not available'),
};

/** Replies by sender: `own` is AEWS, `page` a web server or proxy, `unclear` an unknown sender. */
const senders: readonly {
  readonly what: string;
  readonly is: 'own' | 'page' | 'unclear';
  readonly answer: Omit<Answer, 'status'>;
}[] = [
  { what: 'JSON', is: 'own', answer: { body: '{"error":"no"}' } },
  { what: 'JSON named HTML', is: 'own', answer: { ...page, body: '{"error":"no"}' } },
  {
    what: 'a JSON text',
    is: 'own',
    answer: { headers: { 'content-type': 'application/json' }, body: '"no"' },
  },
  { what: 'a CAUAJM line', is: 'own', answer: { body: 'CAUAJM_E_10054 no\n' } },
  { what: 'a CAUAJM line below another', is: 'own', answer: { body: 'no\r\n CAUAJM_W_1 x' } },
  {
    what: 'a message code of AutoSys in a page of Tomcat',
    is: 'own',
    answer: { ...page, body: tomcat('CAUAJM_E_10054 Access denied') },
  },
  { what: 'a page of Tomcat', is: 'page', answer: page },
  { what: 'a page without its type', is: 'page', answer: { body: page.body ?? '' } },
  {
    what: 'a page in upper case after a byte order mark',
    is: 'page',
    answer: { body: '\uFEFF \r\n<!DOCTYPE HTML PUBLIC "x"><HTML><BODY>No</BODY></HTML>' },
  },
  { what: 'a page that is cut off', is: 'page', answer: { body: '<html><head><tit' } },
  {
    what: 'XHTML',
    is: 'page',
    answer: {
      body: '<?xml version="1.0"?>\n<!-- x --><html xmlns="http://www.w3.org/1999/xhtml"/>',
    },
  },
  { what: 'a text named HTML', is: 'page', answer: { ...page, body: 'Not Found' } },
  {
    what: 'a page that quotes a job named like a code',
    is: 'page',
    answer: { ...page, body: tomcat('[/AEWS/job/CAUAJM_E_50027] is not available') },
  },
  {
    what: 'a page that begins with a job named like a code',
    is: 'page',
    answer: { ...page, body: tomcat('CAUAJM_E_50027_load is not available') },
  },
  { what: 'nothing', is: 'unclear', answer: {} },
  { what: 'nothing, named HTML', is: 'unclear', answer: { headers: page.headers ?? {} } },
  { what: 'a text', is: 'unclear', answer: { body: 'default backend - 404' } },
  { what: 'a text with a code in its middle', is: 'unclear', answer: { body: 'no CAUAJM_E_1 x' } },
  { what: 'half of JSON', is: 'unclear', answer: { body: '{"error":' } },
  { what: 'XML', is: 'unclear', answer: { body: '<?xml version="1.0"?><error>no</error>' } },
];

const pageStatuses = [403, 404, 405, 407, 415, 421, 426];
const refused = /^AUTOSYS_(?:REFUSED|UNAUTHORIZED|JOB_NOT_FOUND)$/;

/** The error code of a reply, by the table of docs/autosys.md. */
function toCode(is: 'own' | 'page' | 'unclear', status: number): RegExp {
  if (is === 'page' && pageStatuses.includes(status)) return /^AUTOSYS_UNAVAILABLE$/;
  if (is === 'unclear' && status === 404) return /^AUTOSYS_NOT_FOUND_UNEXPLAINED$/;
  return refused;
}

const rows = senders.flatMap((sender) =>
  [...pageStatuses, 400, 406, 409].map((status) => ({ ...sender, status })),
);

describe.for([
  { endpoint: 'an event', profile: 'standard', ask: 'send' },
  { endpoint: 'an event by command/run', profile: 'command-run', ask: 'send' },
  { endpoint: 'a read of a job', profile: 'standard', ask: 'read' },
  { endpoint: 'a read of a job by command/run', profile: 'command-run', ask: 'read' },
] as const)('$endpoint', ({ profile, ask }) => {
  test.for(rows)('answered $status with $what', async ({ status, answer, is }) => {
    await using server = await serve(authority.server, () => ({ status, ...answer }));
    await using client = clientFor([server.url], { ...trust, profile: wireProfiles[profile] });

    const failure = await failureOf(ask === 'send' ? client.sendEvent(start) : client.readJob(job));

    const code = toCode(is, status);
    expect(failure).toMatchObject({
      code: expect.stringMatching(code),
      disposition: code === refused ? 'reject' : 'retry',
    });
    expect(server.arrivals).toHaveLength(1);
  });
});

describe('other statuses with a page', () => {
  test.for([
    { status: 401, code: 'AUTOSYS_UNAUTHORIZED' },
    { status: 429, code: 'AUTOSYS_UNAVAILABLE' },
    { status: 500, code: 'AUTOSYS_OUTCOME_UNKNOWN' },
    { status: 501, code: 'AUTOSYS_REFUSED' },
    { status: 502, code: 'AUTOSYS_OUTCOME_UNKNOWN' },
    { status: 503, code: 'AUTOSYS_UNAVAILABLE' },
    { status: 200, code: 'AUTOSYS_PROTOCOL' },
  ])('are read by their status: $status is $code', async ({ status, code }) => {
    await using server = await serve(authority.server, () => ({ ...page, status }));
    await using client = clientFor([server.url], trust);

    expect(await failureOf(client.sendEvent(start))).toMatchObject({ code });
  });

  test.for([301, 302, 303, 307, 308])('%i to a login page is not followed', async (status) => {
    await using login = await serve(authority.server, () => ({ status: 200, body: 'welcome' }));
    await using server = await serve(authority.server, () => ({
      ...page,
      status,
      headers: { location: `${login.url}/login?next=%2FAEWS`, 'content-type': 'text/html' },
    }));
    await using client = clientFor([server.url], trust);

    const failures = [
      await failureOf(client.sendEvent(start)),
      await failureOf(client.readJob(job)),
    ];

    for (const failure of failures) expect(failure.message).toContain('a redirect');
    expect(login.arrivals).toEqual([]);
  });
});

describe('a variable', () => {
  const ownAddress = { method: 'GET', path: 'global/{globalVariable}', reads: 'text' } as const;
  const profiles = {
    'command/run': wireProfiles.standard,
    'an address of its own': {
      ...wireProfiles.standard,
      readGlobalVariable: { ...ownAddress, evidence: 'site' },
    },
  } as const;

  test.for([
    { at: 'command/run', answer: page, kind: AutosysUnavailableError },
    { at: 'command/run', answer: {}, kind: UnexplainedNotFoundError },
    { at: 'an address of its own', answer: page, kind: AutosysUnavailableError },
    { at: 'an address of its own', answer: {}, kind: UnexplainedNotFoundError },
  ] as const)(
    'is neither unset nor unreadable after a 404 that is not from AEWS: $at',
    async (row) => {
      await using server = await serve(authority.server, () => ({ status: 404, ...row.answer }));
      await using client = clientFor([server.url], { ...trust, profile: profiles[row.at] });

      const failure = await failureOf(client.readGlobalVariable(variable));

      expect(failure).toBeInstanceOf(row.kind);
    },
  );
});

test('after a page the client tries the standby, after an empty 404 it does not', async () => {
  let answer: Answer = { ...page, status: 404 };
  await using primary = await serve(authority.server, () => answer);
  await using standby = await serve(authority.server, () => ({ status: 201 }));
  await using client = clientFor([primary.url, standby.url], trust);

  await client.sendEvent(start);
  expect(standby.arrivals).toHaveLength(1);

  answer = { status: 404 };
  await using again = clientFor([primary.url, standby.url], trust);
  await failureOf(again.sendEvent(start));
  expect(standby.arrivals).toHaveLength(1);
  // The next call begins at the standby, because the primary may not be started.
  await again.sendEvent(start);
  expect(standby.arrivals).toHaveLength(2);
});

describe('an empty 404', () => {
  /** Answers 404 without a body for one job, and like AEWS for others. The clock is controlled. */
  async function setUp({ answerOthers = { status: 201 } as Answer } = {}) {
    const clock = { nowMs: Date.parse('2026-01-02T03:04:05Z') };
    const server = await serve(authority.server, ({ path, body }) =>
      `${path} ${body}`.includes(job) ? { status: 404 } : answerOthers,
    );
    const client = clientFor([server.url], { ...trust, now: () => new Date(clock.nowMs) });
    return {
      clock,
      client,
      async [Symbol.asyncDispose]() {
        client.close();
        await server[Symbol.asyncDispose]();
      },
    };
  }
  const startOther = { kind: 'FORCE_STARTJOB', job: other } as const;

  test.for([
    { seconds: 0, code: 'AUTOSYS_REFUSED' },
    { seconds: 60, code: 'AUTOSYS_REFUSED' },
    { seconds: 61, code: 'AUTOSYS_NOT_FOUND_UNEXPLAINED' },
    { seconds: -1, code: 'AUTOSYS_NOT_FOUND_UNEXPLAINED' },
  ])('$seconds s after another job was answered is $code', async ({ seconds, code }) => {
    await using at = await setUp();
    await at.client.sendEvent(startOther);
    at.clock.nowMs += seconds * 1000;

    expect(await failureOf(at.client.sendEvent(start))).toMatchObject({ code });
  });

  test('is rejected after AEWS rejected another job there, because that is a reply of AEWS too', async () => {
    await using at = await setUp({ answerOthers: { status: 403 } });
    await failureOf(at.client.sendEvent(startOther));

    expect(await failureOf(at.client.sendEvent(start))).toMatchObject({ code: 'AUTOSYS_REFUSED' });
  });

  test.for([
    { what: 'a page', answerOthers: { ...page, status: 404 } },
    { what: 'a rejected login', answerOthers: { status: 401 } },
    { what: '503', answerOthers: { status: 503 } },
    { what: '500', answerOthers: { status: 500 } },
    { what: 'an empty 404', answerOthers: { status: 404 } },
    { what: 'a page with 200', answerOthers: { ...page, status: 200 } },
    { what: 'a redirect', answerOthers: { status: 302 } },
  ])('is retried if the reply for the other job was $what', async ({ answerOthers }) => {
    await using at = await setUp({ answerOthers });
    await failureOf(at.client.sendEvent(startOther));

    expect(await failureOf(at.client.sendEvent(start))).toBeInstanceOf(UnexplainedNotFoundError);
  });

  test('is retried if the other job was answered at another address', async () => {
    await using at = await setUp();
    await at.client.sendEvent({ kind: 'JOB_ON_HOLD', job: other });

    expect(await failureOf(at.client.sendEvent(start))).toBeInstanceOf(UnexplainedNotFoundError);
  });

  test('is retried if only the same job was answered, and rejected if another job was answered before', async () => {
    let answer: Answer = { status: 201 };
    await using server = await serve(authority.server, () => answer);
    await using client = clientFor([server.url], trust);
    await using second = clientFor([server.url], trust);
    await client.sendEvent(start);
    await second.sendEvent(startOther);
    await second.sendEvent(start);
    await second.sendEvent(start);

    answer = { status: 404 };

    expect(await failureOf(client.sendEvent(start))).toBeInstanceOf(UnexplainedNotFoundError);
    expect(await failureOf(second.sendEvent(start))).toMatchObject({ code: 'AUTOSYS_REFUSED' });
  });

  test('for a job means an unknown job after another job was read', async () => {
    await using at = await setUp({
      answerOthers: { status: 200, body: '{"name":"etl_other","status":4}' },
    });
    expect(await failureOf(at.client.readJob(job))).toBeInstanceOf(UnexplainedNotFoundError);

    await at.client.readJob(other);

    expect(await failureOf(at.client.readJob(job))).toMatchObject({
      code: 'AUTOSYS_JOB_NOT_FOUND',
    });
  });
});

describe('a further address of a job', () => {
  test.for([
    { when: 'this release has none', answers: [{ ...page, status: 404 }], isRead: true },
    {
      when: 'it was served before',
      answers: [
        { status: 200, body: '{}' },
        { ...page, status: 404 },
      ],
      isRead: false,
    },
    { when: 'AutoSys is unavailable', answers: [{ status: 503 }], isRead: false },
  ] as const)('fails the read only if necessary: $when', async ({ answers, isRead }) => {
    const left: Answer[] = [...answers];
    await using server = await serve(authority.server, ({ path }) =>
      path.includes('/job/')
        ? { status: 200, body: '{"name":"etl_load","status":4}' }
        : ((left.length > 1 ? left.shift() : left[0]) ?? { status: 404 }),
    );
    await using client = clientFor([server.url], { ...trust });
    for (let read = 1; read < answers.length; read += 1) await client.readJob(job).catch(() => 0);

    const reading = client.readJob(job);

    if (isRead) expect((await reading).status).toBe('SUCCESS');
    else expect(await failureOf(reading)).toBeInstanceOf(AutosysUnavailableError);
  });
});
