import { createHide } from '../../../autosys/client/failure.ts';
import { readReply } from '../../../autosys/client/reply.ts';
import type { WireRequest } from '../../../autosys/client/request.ts';
import type { Attempt, AttemptOptions, Carrier } from '../../../autosys/client/transport.ts';
import type { Installation, Reception } from '../autosys/installation.ts';
import type { Without } from '../protections/without.ts';
import type { World } from '../world.ts';
import type { Sandbox } from './sandbox.ts';

interface Carrying {
  readonly world: World;
  readonly installation: Installation;
  readonly without: Without;
}

/** What carries the requests of a sandbox's client to an AutoSys of the world, and its answers back. */
export function createCarrier(
  sandbox: Sandbox,
  { world, installation, without }: Carrying,
): Carrier {
  return {
    close: () => {},
    async attempt(request, options) {
      if (options.signal?.aborted) return toCancelled();
      const what = `${request.method} ${request.path} ${request.body ?? ''}`;
      return sandbox.cross(`asking ${installation.name}: ${what}`, () =>
        Promise.race([carry(request, options), fallOf(options.signal)]),
      );
    },
  };

  async function carry(
    request: WireRequest,
    { endpoint, login }: AttemptOptions,
  ): Promise<Attempt> {
    // What is on its way arrives, even if its sender freezes meanwhile.
    await world.wait(sandbox.takes());
    const { origin } = endpoint;
    const reception = installation.receive({ origin, request, login, sandbox: sandbox.id });
    await world.wait(reception.afterMs + sandbox.takes());
    const hide = without === 'hidden secrets' ? (text: string) => text : createHide(login);
    return toAttempt(reception, hide);
  }
}

function toAttempt(reception: Reception, hide: (text: string) => string): Attempt {
  if (reception.kind === 'answered') {
    return { kind: 'answered', reply: readReply(reception.raw, hide) };
  }
  const { kind, reason } = reception;
  const cause = new Error(reason);
  return kind === 'unsent' ? { kind, reason, cause } : { kind, reason, cause, stale: false };
}

/** As the transport over sockets tells it: the connection stood, so nobody knows what arrived. */
function toCancelled(): Attempt {
  const reason = 'it was cancelled';
  return { kind: 'unanswered', reason, cause: new Error(reason), stale: false };
}

function fallOf(signal: AbortSignal | undefined): Promise<Attempt> {
  return new Promise((resolve) => {
    signal?.addEventListener('abort', () => resolve(toCancelled()), { once: true });
  });
}
