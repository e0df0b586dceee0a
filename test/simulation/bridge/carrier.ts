import type { Attempt, AttemptOptions, Carrier } from '../../../autosys/client/attempt.ts';
import { decodeBody } from '../../../autosys/client/decode-body.ts';
import { createRedact } from '../../../autosys/client/failure.ts';
import { type RawReply, readReply } from '../../../autosys/client/reply.ts';
import type { WireRequest } from '../../../autosys/client/request.ts';
import type { AutosysInstance } from '../../../autosys/names.ts';
import type { Installation } from '../autosys/installation.ts';
import type { Reception } from '../autosys/reception.ts';
import type { Deployment } from '../deployment.ts';
import { bendReply, type Without } from '../protections/without.ts';
import type { World } from '../world.ts';
import type { Sandbox } from './sandbox.ts';

interface Carrying {
  readonly world: World;
  readonly installation: Installation;
  readonly without: Without;
  /** The name of the instance in the configuration. */
  readonly via: AutosysInstance;
  readonly maintenance: Deployment['maintenance'];
}

/** What carries the requests of a sandbox's client to an AutoSys of the world, and its answers back. */
export function createCarrier(
  sandbox: Sandbox,
  { world, installation, without, via, maintenance }: Carrying,
): Carrier {
  return {
    close: () => {},
    async attempt(request, options) {
      // As the transport over sockets has it: nothing leaves when the time is over before a connection stands.
      if (options.signal?.aborted) return { kind: 'unsent', ...cancelled() };
      const what = `${request.method} ${request.path} ${request.body ?? ''}`;
      return sandbox.cross(`asking ${installation.name}: ${what}`, () =>
        untilCutOff(carry(request, options), options.signal),
      );
    },
  };

  /** Where the time is over while it is under way nobody knows what has arrived. */
  function untilCutOff(attempt: Promise<Attempt>, signal?: AbortSignal): Promise<Attempt> {
    return new Promise((resolve, reject) => {
      const cutOff = () => {
        resolve({ kind: 'unanswered', stale: false, ...cancelled() });
      };
      signal?.addEventListener('abort', cutOff);
      attempt.then(resolve, reject).finally(() => signal?.removeEventListener('abort', cutOff));
    });
  }

  async function carry(
    request: WireRequest,
    { endpoint, login }: AttemptOptions,
  ): Promise<Attempt> {
    const leftMs = world.nowMs;
    const knowsOfWindow = maintenance(via, sandbox.now().getTime()) !== undefined;
    // What is on its way arrives, even if its sender freezes meanwhile.
    await world.wait(sandbox.takes());
    const { origin } = endpoint;
    const { thawedMs } = sandbox;
    const from = { thawedMs, leftMs, knowsOfWindow };
    const reception = installation.receive({ origin, request, login, via, ...from });
    await world.wait(reception.afterMs + sandbox.takes());
    const hide = without === 'hidden secrets' ? (text: string) => text : createRedact(login);
    return toAttempt(reception, hide, without);
  }
}

function toAttempt(
  reception: Reception,
  hide: (text: string) => string,
  without: Without,
): Attempt {
  if (reception.kind === 'answered') {
    return {
      kind: 'answered',
      reply: readReply(bendReply(toRaw(reception, without), without), hide),
    };
  }
  const { kind, reason } = reception;
  const cause = new Error(reason);
  return kind === 'unsent' ? { kind, reason, cause } : { kind, reason, cause, stale: false };
}

/** More than any reply of a night has. */
const maxReplyBytes = 1_000_000;

/** The reply as the client's transport hands it on, decompressed. */
function toRaw(
  { raw, compressed }: Extract<Reception, { kind: 'answered' }>,
  without: Without,
): RawReply {
  if (compressed === undefined) return raw;
  // Without decompression the bytes of a compressed body arrive where a text is expected.
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

function cancelled() {
  const reason = 'it was cancelled';
  return { reason, cause: new Error(reason) };
}
