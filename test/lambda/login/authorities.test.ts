import { describe, expect, test } from 'vitest';
import {
  createReadAuthorities,
  parseAuthoritySecret,
  SecretAuthorities,
} from '../../../lambda/login/authorities.ts';
import {
  CredentialsError,
  SecretDeniedError,
  SecretShapeError,
} from '../../../lambda/login-errors.ts';
import { anInstanceConfig } from '../../support/bridge-config.ts';
import { makeAuthority } from '../../support/certificates.ts';

const one = await makeAuthority();
const other = await makeAuthority();
const bundle = `${one.certificate}\n${other.certificate}`;
const from = { secret: 'autosys/ca' };

/** A secret that may change or fail, and a manual clock. */
function aWorld(text: string = one.certificate) {
  const world = {
    nowMs: 0,
    text,
    failure: undefined as Error | undefined,
    reads: 0,
    notices: [] as string[],
    authorities: undefined as unknown as SecretAuthorities,
  };
  world.authorities = new SecretAuthorities({
    from,
    readSecret: async () => {
      world.reads += 1;
      if (world.failure) throw world.failure;
      return { versionId: 'v', text: world.text };
    },
    now: () => new Date(world.nowMs),
    maxAgeMs: 300_000,
    notify: (reason) => world.notices.push(reason),
  });
  return world;
}

describe('the certificates in a secret', () => {
  test('are read once for concurrent calls, and again after five minutes', async () => {
    const world = aWorld();
    await Promise.all(Array.from({ length: 10 }, () => world.authorities.read()));
    world.text = bundle;

    const before = await world.authorities.read();
    world.nowMs = 300_000;

    expect([before, await world.authorities.read()]).toEqual([one.certificate, bundle]);
    expect(world.reads).toBe(2);
  });

  test('are read at once after a refused certificate, but not every time', async () => {
    const world = aWorld();
    await world.authorities.read();
    world.text = bundle;
    world.nowMs = 10_000;

    const read = await Promise.all([1, 2, 3].map(() => world.authorities.read('refusal')));
    await world.authorities.read('refusal');

    expect(read).toEqual([bundle, bundle, bundle]);
    expect(world.reads).toBe(2);
  });

  test.for([
    { when: 'it is empty', text: '' },
    { when: 'it holds no certificate', text: 'hunter2' },
    {
      when: 'one is damaged',
      text: `${one.certificate}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`,
    },
    { when: 'it holds a private key', text: `${one.certificate}${one.server.privateKey}` },
    { when: 'it cannot be read', failure: new CredentialsError({ secret: 's', reason: 'x' }) },
    {
      when: 'it is gone',
      failure: new SecretDeniedError({
        secret: 's',
        reason: 'ResourceNotFoundException',
        advice: 'x',
      }),
    },
  ])('stay in use when the secret changes and $when', async ({ text = '', failure }) => {
    const world = aWorld();
    await world.authorities.read();
    Object.assign(world, { text, failure, nowMs: 300_000 });

    expect(await world.authorities.read()).toBe(one.certificate);
    expect(await world.authorities.read()).toBe(one.certificate);

    expect(world.reads).toBe(2);
    expect(world.notices).toEqual([expect.stringMatching(/^secret /)]);
    expect(world.notices.join()).not.toMatch(/hunter2|BEGIN/);
    Object.assign(world, { text: bundle, failure: undefined, nowMs: 330_000 });
    expect(await world.authorities.read()).toBe(bundle);
  });

  test('fail if none were ever read, and are read again by the next call', async () => {
    const world = aWorld('hunter2');
    await expect(world.authorities.read()).rejects.toBeInstanceOf(SecretShapeError);

    world.text = one.certificate;

    expect(await world.authorities.read()).toBe(one.certificate);
  });
});

describe('the text of a secret with certificates', () => {
  test.for([
    { text: one.certificate },
    { text: bundle },
    { text: JSON.stringify({ ca: bundle, other: 1 }), key: 'ca', read: bundle },
  ])('is accepted', ({ text, key, read = text }) => {
    expect(parseAuthoritySecret({ ...from, ...(key && { key }) }, text)).toBe(read);
  });

  test.for([
    { text: ' ', found: 'certificates in PEM, found an empty text' },
    { text: 'hunter2', found: 'certificates in PEM, found no certificate' },
    { text: one.server.privateKey, found: 'certificates in PEM, found a private key; remove it' },
    ...[
      { text: 'hunter2', instead: 'a text that is not JSON' },
      { text: 'null', instead: 'JSON that is not an object' },
      { text: '{"other":"hunter2"}', instead: 'no ca' },
      { text: '{"ca":7}', instead: 'a ca that is not a text' },
      { text: '{"ca":""}', instead: 'an empty ca' },
    ].map(({ text, instead }) => {
      return { text, key: 'ca', found: `JSON with certificates in PEM under ca, found ${instead}` };
    }),
    {
      text: '{"ca":"x"}',
      key: 'ca',
      found: 'JSON with certificates in PEM under ca, found no certificate',
    },
  ] as readonly { text: string; key?: string; found: string }[])(
    'is refused: $found',
    ({ text, key, found }) => {
      expect(() => parseAuthoritySecret({ ...from, ...(key && { key }) }, text)).toThrow(
        `secret autosys/ca: expected ${found}`,
      );
    },
  );
});

test('an instance trusts the certificates of its file or its secret, or those of Node.js', async () => {
  const options = {
    readSecret: async () => ({ versionId: 'v', text: one.certificate }),
    now: () => new Date(0),
    maxAgeMs: 1,
  };
  const bind = (more: object) => createReadAuthorities({ ...anInstanceConfig(), ...more }, options);

  const fromSecret = bind({ authoritySecret: from });

  expect([bind({}), bind({ certificateAuthority: 'pem' })]).toEqual([undefined, 'pem']);
  expect(typeof fromSecret === 'function' && (await fromSecret())).toBe(one.certificate);
});
