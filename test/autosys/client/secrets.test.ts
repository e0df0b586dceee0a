import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { AutosysClient, wireProfiles } from '../../../autosys/client/index.ts';
import { parseGlobalName, parseJobName } from '../../../autosys/names.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { type Arrival, freePort, serve, serveTcp, serveTls } from '../../support/servers.ts';
import { clientFor, password as escapedPassword, shortTimeouts } from './setup.ts';

const authority = await makeAuthority();
const stranger = await makeAuthority();
const job = parseJobName('etl_load');
const username = 'bridge_user';

/** The first is not changed by any escaping, the second by every one. */
const passwords = ['Tr0ub4dorAnd3', escapedPassword];

/** Everything that a failure prints in any form. */
function printAll(thing: unknown): string {
  const errors: unknown[] = [];
  for (let error = thing; error instanceof Error; error = error.cause) errors.push(error);
  const stacks = errors.map((error) => (error instanceof Error ? `${error}\n${error.stack}` : ''));
  const own = errors.map((error) =>
    JSON.stringify(Object.getOwnPropertyDescriptors(error), (_, value) => value),
  );
  const whole = inspect(thing, {
    depth: 20,
    showHidden: true,
    getters: true,
    maxStringLength: null,
  });
  return [whole, inspect(thing), JSON.stringify(thing), ...stacks, ...own].join('\n');
}

function expectNoSecret(shown: string, password: string): void {
  const escapeMarkup = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  const needles = [
    password,
    Buffer.from(`${username}:${password}`).toString('base64'),
    encodeURIComponent(password),
    escapeMarkup(password),
    JSON.stringify(password).slice(1, -1),
    inspect(password).slice(1, -1),
  ];
  expect(needles.filter((needle) => shown.includes(needle))).toEqual([]);
  expect(shown).not.toMatch(/authorization['"]?\s*:|Basic [A-Za-z0-9+/]{8}/i);
}

/** Calls every method of a client and returns the results and errors. */
async function doEverything(client: AutosysClient): Promise<readonly unknown[]> {
  const globalVariable = parseGlobalName('ETL_STATUS');
  const attempts = [
    client.sendEvent({ kind: 'FORCE_STARTJOB', job }),
    client.sendEvent({ kind: 'JOB_ON_HOLD', job }),
    client.readJob(job),
    client.readGlobalVariable(globalVariable),
    client.readJil(job),
    client.loadJil('delete_job: x\n'),
    client.runCommand('sendevent -E STOP_DEMON'),
  ];
  const settled = await Promise.allSettled(attempts);
  return settled.map((outcome) =>
    outcome.status === 'rejected' ? outcome.reason : withoutData(outcome.value),
  );
}

/** Removes data that was read: only the texts of the client itself must contain no secret. */
function withoutData(value: unknown): unknown {
  const isData =
    typeof value === 'string' ||
    (value instanceof Object && ('stdOut' in value || 'value' in value));
  return isData ? undefined : value;
}

/** Replies that repeat the request, by shape. */
const echoes: Readonly<Record<string, (arrival: Arrival, password: string) => string>> = {
  page: ({ headers }, password) => {
    const escaped = password.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    return `<html><body>${headers.authorization} ${password} ${escaped}</body></html>`;
  },
  line: ({ headers }, password) =>
    `CAUAJM_E_1 ${headers.authorization} ${password} ${encodeURIComponent(password)}`,
  json: ({ headers }, password) => JSON.stringify({ message: password, headers }),
  stdErr: ({ headers }, password) =>
    JSON.stringify({ stdErr: [`CAUAJM_E_2 ${headers.authorization}`, password] }),
  filler: ({ headers }, password) =>
    `${'x'.repeat(290)}${password}${'y'.repeat(290)}${headers.authorization}`,
};
const statuses = [200, 201, 302, 400, 401, 403, 404, 406, 408, 409, 429, 500, 501, 502, 503, 504];
const cases = passwords.flatMap((password) =>
  Object.keys(echoes).map((echo) => ({ password, echo })),
);

test.for(cases)('shows no secret when AutoSys repeats it as $echo', async ({ password, echo }) => {
  let status = 0;
  await using server = await serve(authority.server, (arrival) => ({
    status,
    headers: {
      location: `https://${username}:hunter2@elsewhere.test/?auth=${encodeURIComponent(password)}`,
      'retry-after': encodeURIComponent(password),
    },
    body: echoes[echo]?.(arrival, password) ?? '',
  }));
  await using client = clientFor([server.url], {
    certificateAuthority: authority.certificate,
    credentials: async () => ({ username, password }),
  });
  for (status of statuses) {
    const outcomes = await doEverything(client);

    expectNoSecret([client, ...outcomes].map(printAll).join('\n'), password);
  }

  expect(server.arrivals.length).toBeGreaterThan(6 * statuses.length);
});

const faults: Readonly<Record<string, (socket: Socket) => void>> = {
  'a closed connection': (socket) => socket.once('data', () => socket.end()),
  'a reset': (socket) => socket.once('data', () => socket.destroy()),
  silence: (socket) => socket.once('data', () => undefined),
  'an echo that is not HTTP': (socket) => socket.once('data', (data) => socket.end(data)),
  'half an echo': (socket) =>
    socket.once('data', (data) => {
      socket.end(`HTTP/1.1 500 Oops\r\nContent-Length: 99999\r\n\r\n${data}`);
    }),
  'an endless echo': (socket) =>
    socket.once('data', (data) => socket.write(`HTTP/1.1 500 Oops\r\n\r\n${data}`)),
};

test.for(passwords.flatMap((password) => Object.keys(faults).map((what) => ({ password, what }))))(
  'shows no secret after $what',
  async ({ password, what }) => {
    await using server = await serveTls(authority.server, faults[what] ?? (() => undefined));
    await using client = clientFor([server.url], {
      certificateAuthority: authority.certificate,
      credentials: async () => ({ username, password }),
    });

    const outcomes = await doEverything(client);

    expect(outcomes.every((outcome) => outcome instanceof Error)).toBe(true);
    expectNoSecret([client, ...outcomes].map(printAll).join('\n'), password);
  },
);

test.for(passwords)('shows no secret when no connection is established', async (password) => {
  await using expired = await serve(authority.expired, () => ({ status: 201 }));
  await using foreign = await serve(stranger.server, () => ({ status: 201 }));
  await using elsewhere = await serve(authority.otherHost, () => ({ status: 201 }));
  await using clear = await serveTcp((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
  await using silent = await serveTcp(() => undefined);
  const closed = `https://localhost:${await freePort()}`;
  const unknown = 'https://aews.invalid:9443';
  const urls = [expired, foreign, elsewhere, clear, silent].map(({ url }) => url);

  for (const url of [...urls, closed, unknown]) {
    await using client = clientFor([url], {
      certificateAuthority: authority.certificate,
      credentials: async () => ({ username, password }),
      timeouts: { ...shortTimeouts, secureConnectMs: 200 },
    });

    const outcomes = await doEverything(client);

    expect(outcomes.every((outcome) => outcome instanceof Error)).toBe(true);
    expectNoSecret([client, ...outcomes].map(printAll).join('\n'), password);
  }
});

test.for(passwords)(
  'shows no secret when a request is cancelled, unsupported or invalid',
  async (password) => {
    const signal = AbortSignal.abort();
    await using server = await serve(authority.server, () => ({ status: 201 }));
    const trust = { certificateAuthority: authority.certificate };
    await using cancelled = clientFor([server.url], {
      ...trust,
      credentials: async () => ({ username, password }),
    });
    await using unsupported = clientFor([server.url], {
      ...trust,
      profile: wireProfiles['api-job-field'],
      credentials: async () => ({ username, password }),
    });
    await using invalid = clientFor([server.url], {
      ...trust,
      credentials: async () => ({ username: `a:${password}`, password }),
    });

    const outcomes = await Promise.allSettled([
      cancelled.sendEvent({ kind: 'STARTJOB', job }, { signal }),
      unsupported.sendEvent({ kind: 'STARTJOB', job }),
      invalid.sendEvent({ kind: 'STARTJOB', job }),
    ]);
    const reasons = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? outcome.reason : expect.unreachable(),
    );

    expectNoSecret(reasons.map(printAll).join('\n'), password);
  },
);

test.for(passwords)('shows no secret of an endpoint that contains one', (password) => {
  const secret = encodeURIComponent(password);
  const faultOf = (endpoint: string): unknown => {
    try {
      return new AutosysClient({ endpoints: [endpoint], credentials: () => expect.unreachable() });
    } catch (error) {
      return error;
    }
  };

  const failures = [
    `https://${username}:${secret}@aews:9443`,
    `http://${username}:${secret}@aews:9443`,
    `https://${username}:${password}@ae ws`,
    `https://aews:9443/?password=${secret}`,
  ].map(faultOf);

  expect(failures.every((failure) => failure instanceof Error)).toBe(true);
  expectNoSecret(failures.map(printAll).join('\n'), password);
});
