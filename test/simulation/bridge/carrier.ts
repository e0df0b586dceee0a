import type { Attempt, AttemptOptions, Carrier } from '../../../autosys/client/attempt.ts';
import { decodeBody } from '../../../autosys/client/decode-body.ts';
import { createRedact } from '../../../autosys/client/failure.ts';
import { type RawReply, readReply } from '../../../autosys/client/reply.ts';
import type { WireRequest } from '../../../autosys/client/request.ts';
import type { AutosysInstance } from '../../../autosys/names.ts';
import type { Installation } from '../autosys/installation.ts';
import type { RequestOutcome } from '../autosys/request-outcomes.ts';
import type { Deployment } from '../deployment.ts';
import { type DisabledProtection, weakenReply } from '../protections/weaken.ts';
import type { World } from '../world.ts';
import type { SimulatedEnvironment } from './simulated-environment.ts';

interface CarrierOptions {
  readonly world: World;
  readonly installation: Installation;
  readonly without: DisabledProtection;
  /** Name of the instance in the configuration. */
  readonly configuredName: AutosysInstance;
  readonly maintenance: Deployment['maintenance'];
}

/**
 * Creates the carrier of the AEWS client in an execution environment: a simulated network instead
 * of sockets.
 */
export function createCarrier(
  environment: SimulatedEnvironment,
  { world, installation, without, configuredName, maintenance }: CarrierOptions,
): Carrier {
  return {
    close: () => {},
    async attempt(request, options) {
      // As in the transport over sockets: after an abort before the connection stands, nothing is
      // sent.
      if (options.signal?.aborted) return { kind: 'unsent', ...toAborted() };
      const text = `${request.method} ${request.path} ${request.body ?? ''}`;
      return environment.callService(`request to ${installation.name}: ${text}`, () =>
        untilAborted(exchange(request, options), options.signal),
      );
    },
  };

  /** After an abort during the request it is unknown whether AutoSys received it. */
  function untilAborted(attempt: Promise<Attempt>, signal?: AbortSignal): Promise<Attempt> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        resolve({ kind: 'unanswered', stale: false, ...toAborted() });
      };
      signal?.addEventListener('abort', onAbort);
      attempt.then(resolve, reject).finally(() => signal?.removeEventListener('abort', onAbort));
    });
  }

  async function exchange(
    request: WireRequest,
    { endpoint, login }: AttemptOptions,
  ): Promise<Attempt> {
    const sentMs = world.nowMs;
    const knowsWindow = maintenance(configuredName, environment.now().getTime()) !== undefined;
    // A request that was sent arrives even if its sender freezes.
    await world.sleep(environment.drawDelayMs());
    const { origin } = endpoint;
    const { resumedMs } = environment;
    const sender = { resumedMs, sentMs, knowsWindow };
    const outcome = installation.receive({ origin, request, login, configuredName, ...sender });
    await world.sleep(outcome.afterMs + environment.drawDelayMs());
    const redact = without === 'secret redaction' ? (text: string) => text : createRedact(login);
    return toAttempt(outcome, redact, without);
  }
}

function toAttempt(
  outcome: RequestOutcome,
  hide: (text: string) => string,
  without: DisabledProtection,
): Attempt {
  if (outcome.kind === 'answered') {
    return {
      kind: 'answered',
      reply: readReply(weakenReply(toRaw(outcome, without), without), hide),
    };
  }
  const { kind, reason } = outcome;
  const cause = new Error(reason);
  return kind === 'unsent' ? { kind, reason, cause } : { kind, reason, cause, stale: false };
}

/** Larger than any reply of a scenario. */
const maxReplyBytes = 1_000_000;

/** Decompresses a reply, as the transport of the client does. */
function toRaw(
  { raw, compressed }: Extract<RequestOutcome, { kind: 'answered' }>,
  without: DisabledProtection,
): RawReply {
  if (compressed === undefined) return raw;
  // Without decompression, compressed bytes arrive in place of text.
  if (without === 'decompression') return { ...raw, body: compressed as unknown as string };
  const contentEncoding = raw.headers['content-encoding'];
  const decoded = decodeBody({
    bytes: compressed,
    contentEncoding: typeof contentEncoding === 'string' ? contentEncoding : undefined,
    transferEncoding: undefined,
    maxBytes: maxReplyBytes,
  });
  return decoded.kind === 'text'
    ? { ...raw, body: decoded.text }
    : { ...raw, body: '', unreadable: decoded.reason };
}

function toAborted() {
  const reason = 'the request was aborted';
  return { reason, cause: new Error(reason) };
}
