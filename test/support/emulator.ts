import { AutosysClient, type AutosysClientOptions } from '../../autosys/client/index.ts';
import type { AutosysEvent } from '../../autosys/event.ts';
import {
  type Emulator,
  type EmulatorOptions,
  type Identity,
  ManualClock,
  makeAuthority,
  startEmulator,
} from '../../emulator/index.ts';
import { stoppedAtMs } from './builders.ts';

/** Delay from the acceptance of an event to its effect, in the embedded AutoSys of a test. */
export const eventDelayMs = 100;
/** Longer than the event delay and a start together, and shorter than any run of a test job. */
const untilItActedMs = 1_000;

/** One authority for all servers of a test file, because creating its keys takes time. */
let authority: Promise<Identity> | undefined;

/** An embedded AutoSys with a manual clock, and a client with a valid login. */
export interface EmbeddedAutosys extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly clock: ManualClock;
  readonly client: AutosysClient;
  /** Creates another client. */
  clientWith(options: Partial<AutosysClientOptions>): AutosysClient;
  /** Sends events with the client, each after the effect of the one before. */
  send(...events: readonly AutosysEvent[]): Promise<void>;
  /** Advances the clock until accepted events have taken effect. */
  act(): Promise<void>;
}

/** Options of {@link embedAutosys}, in addition to those of the emulator. */
export interface EmbeddingOptions {
  readonly jil?: string;
  readonly clock?: ManualClock;
  readonly client?: Partial<AutosysClientOptions>;
}

/**
 * Starts an embedded AutoSys. Its clock is five seconds after the end of the runs of the AWS
 * builders.
 */
export async function embedAutosys({
  jil = '',
  clock = new ManualClock(new Date(stoppedAtMs + 5_000)),
  client: clientOptions = {},
  ...options
}: EmbeddingOptions &
  Omit<EmulatorOptions, 'jil' | 'clock' | 'authority'> = {}): Promise<EmbeddedAutosys> {
  authority ??= makeAuthority();
  const emulator = await startEmulator({
    authority: await authority,
    clock,
    eventDelayMs,
    jil: [{ name: 'test.jil', text: jil }],
    ...options,
  });
  const clients: AutosysClient[] = [];
  const clientWith = (more: Partial<AutosysClientOptions>) => {
    const client = createClient(emulator, { ...clientOptions, ...more });
    clients.push(client);
    return client;
  };
  const client = clientWith({});
  const act = () => clock.advance(untilItActedMs);
  return {
    emulator,
    clock,
    client,
    clientWith,
    act,
    send: async (...events) => {
      for (const event of events) {
        await client.sendEvent(event);
        await act();
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const one of clients) one.close();
      await emulator.stop();
    },
  };
}

/** Client timeouts that suit a test. */
export const impatient = { responseMs: 250 } as const;

function createClient(emulator: Emulator, options: Partial<AutosysClientOptions>): AutosysClient {
  return new AutosysClient({
    endpoints: [emulator.url],
    certificateAuthority: emulator.certificateAuthority,
    credentials: async () => ({ username: emulator.user, password: emulator.password }),
    timezone: emulator.instance.timezone,
    ...options,
  });
}
