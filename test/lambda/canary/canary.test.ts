import { describe, expect, test } from 'vitest';
import { AutosysUnauthorizedError } from '../../../autosys/errors.ts';
import { parseAutosysInstance, parseGlobalName } from '../../../autosys/names.ts';
import { type CanaryDeps, createCanary } from '../../../lambda/canary/canary.ts';
import type { CanaryClient } from '../../../lambda/canary/canary-client.ts';
import type { Probed } from '../../../lambda/canary/network.ts';
import { createGivenSignIn } from '../../../lambda/canary/sign-in.ts';
import { createCanaryTelemetry } from '../../../lambda/canary/telemetry.ts';
import {
  createCircuitBreakers,
  readCircuit,
} from '../../../lambda/circuit-breaker/circuit-breakers.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import { circuitPolicy } from '../../../lambda/policies.ts';

const ace = parseAutosysInstance('ACE');
const prd = parseAutosysInstance('PRD');
const at = new Date('2026-11-22T02:00:00Z');
const now = () => at;
const dayMs = 86_400_000;

/** A client of an AutoSys that applies each event at once. */
function anAutosys(over: Partial<CanaryClient> = {}): CanaryClient {
  let value = '';
  return {
    sendEvent: async (event) => {
      if (event.kind === 'SET_GLOBAL') value = event.value;
    },
    readGlobalVariable: async () => ({ kind: 'value', value }),
    readJob: async () => ({ status: 'SUCCESS' }),
    ...over,
  };
}

interface World {
  readonly probed?: readonly Probed[];
  readonly clients?: Readonly<Record<string, CanaryClient>>;
  readonly maintenance?: CanaryDeps['maintenance'];
}

function aCanary({ probed, clients = {}, maintenance = () => undefined }: World = {}) {
  const table = createMemoryTable({ now });
  const lines: Record<string, unknown>[] = [];
  const emitted: (readonly [string, string | undefined, number])[] = [];
  const write = (level: string) => (message: string, fields: object) => {
    lines.push({ level, message, ...fields });
  };
  const gauge = (name: string, value: number, of?: { readonly autosysInstance?: string }) => {
    emitted.push([name, of?.autosysInstance, value]);
  };
  const log = { info: write('info'), warn: write('warn'), error: write('error') };
  const metrics = { count: () => {}, milliseconds: gauge, gauge };
  const endpoints = probed ?? [
    { endpoint: 'a:9443', certificateEnd: new Date(at.getTime() + 90 * dayMs) },
  ];
  const circuitBreakers = createCircuitBreakers({
    table,
    now,
    jitter: () => 0,
    policy: circuitPolicy,
    believedMs: 0,
  });
  const canary = createCanary({
    instances: [ace, prd],
    open: (name) => ({
      deps: {
        endpoints: endpoints.map(({ endpoint }) => endpoint),
        probe: async (endpoint) =>
          endpoints.find((one) => one.endpoint === endpoint) ?? { endpoint },
        signIn: createGivenSignIn({ username: 'ops', password: 'x' }),
        client: clients[name] ?? anAutosys(),
        globalVariable: parseGlobalName('AWS_BRIDGE_CANARY'),
        confirmWithinMs: 0,
        now,
        sleep: async () => {},
      },
      close: () => {},
    }),
    circuitBreakers,
    maintenance,
    now,
    newLeaseId: () => 'canary',
    telemetry: createCanaryTelemetry({ log, metrics }),
  });
  const run = () => canary(new AbortController().signal);
  return { run, table, circuitBreakers, lines, emitted };
}

const refuse = async () => {
  throw new AutosysUnauthorizedError({ doing: 'reading', httpStatus: 401, said: '' });
};

describe('the canary', () => {
  test('emits for each AutoSys that it passed, with its measurements', async () => {
    const { run, emitted } = aCanary();

    await run();

    expect(emitted).toContainEqual(['CanaryFailed', 'ACE', 0]);
    expect(emitted).toContainEqual(['CanaryRoundTrip', 'PRD', 0]);
    expect(emitted).toContainEqual(['CertificateDaysLeft', 'ACE', 90]);
  });

  test('emits the certificate that expires first, and logs a dead standby as a warning', async () => {
    const certificateEnd = (days: number) => new Date(at.getTime() + days * dayMs);
    const { run, emitted, lines } = aCanary({
      probed: [
        { endpoint: 'a:9443', certificateEnd: certificateEnd(90) },
        { endpoint: 'b:9443', certificateEnd: certificateEnd(12) },
        { endpoint: 'c:9443', fault: 'refused', reason: 'nothing listens' },
      ],
    });

    await run();

    expect(emitted).toContainEqual(['CertificateDaysLeft', 'ACE', 12]);
    expect(emitted).toContainEqual(['CanaryFailed', 'ACE', 0]);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'warn', verdict: 'refused', endpoint: 'c:9443' }),
    );
  });

  test.for([
    { ms: 300_000, reason: 'the clock of AutoSys is 300 s ahead of the clock of this host' },
    { ms: -600_400, reason: 'the clock of AutoSys is 600 s behind the clock of this host' },
  ])('warns if the clock of AutoSys differs by $ms ms, and passes', async ({ ms, reason }) => {
    const { run, emitted, lines } = aCanary({
      clients: { ACE: anAutosys({ clockDifference: { ms } }) },
    });

    await run();

    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'warn', verdict: 'clockDiffers', reason }),
    );
    expect(emitted).toContainEqual(['CanaryFailed', 'ACE', 0]);
  });

  test('opens the circuit breaker of all functions after a refused login, and is skipped afterwards', async () => {
    const { run, table, emitted } = aCanary({
      clients: { ACE: anAutosys({ readGlobalVariable: refuse }) },
    });

    await run();
    await run();

    expect(await readCircuit(table, ace)).toMatchObject({ openedMs: at.getTime() });
    expect(await readCircuit(table, prd)).toMatchObject({ failures: 0 });
    expect(
      emitted.filter(([name, instance]) => name === 'CanaryFailed' && instance === 'ACE'),
    ).toEqual([['CanaryFailed', 'ACE', 1]]);
  });

  test('records a failure of AutoSys if no endpoint is reached', async () => {
    const { run, table } = aCanary({
      probed: [{ endpoint: 'a:9443', fault: 'timeout', reason: 'nothing moved' }],
    });

    await run();

    expect(await readCircuit(table, ace)).toMatchObject({
      failures: 1,
      reason: expect.stringContaining('nothing moved'),
    });
  });

  test('closes a circuit breaker by a probe, even if no event is due', async () => {
    const { run, table } = aCanary();
    const openedMs = at.getTime() - 60_000;
    const body = { format: 1, failures: 3, openUntilMs: openedMs + 1, openedMs, reason: 'x' };
    await table.put(
      { key: 'circuit ACE', body, expiresAt: new Date(at.getTime() + dayMs) },
      undefined,
    );

    await run();

    expect(await readCircuit(table, ace)).toMatchObject({ failures: 0 });
  });

  test('examines nothing in a declared maintenance window, and emits no failure', async () => {
    const untilMs = at.getTime() + 1;
    const { run, emitted, lines } = aCanary({
      maintenance: () => ({ fromMs: 0, untilMs, reason: 'Sunday' }),
    });

    await run();

    expect(emitted).toEqual([]);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'info', message: 'canary skipped', reason: 'Sunday' }),
    );
  });

  test('fails for one instance after a fault of the bridge, and logs only the class of the error', async () => {
    const broken = async () => {
      throw new TypeError('the password is x');
    };
    const { run, emitted, lines } = aCanary({ clients: { ACE: anAutosys({ sendEvent: broken }) } });

    await run();

    expect(emitted).toContainEqual(['CanaryFailed', 'ACE', 1]);
    expect(emitted).toContainEqual(['CanaryFailed', 'PRD', 0]);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', error: 'TypeError' }));
    expect(JSON.stringify(lines)).not.toContain('the password');
  });
});
