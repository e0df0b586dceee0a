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

/** From the acceptance of an event to its effect, in the embedded AutoSys of a test. */
export const eventDelayMs = 100;
/** Longer than delay and start together, shorter than any run of a test's job. */
const untilItActedMs = 1_000;

/** One authority for all servers of a test file: its keys are what takes time. */
let authority: Promise<Identity> | undefined;

/** An embedded AutoSys whose clock stands until it is moved, with a client that is signed in. */
export interface EmbeddedAutosys extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly clock: ManualClock;
  readonly client: AutosysClient;
  /** Another client of it. */
  clientWith(options: Partial<AutosysClientOptions>): AutosysClient;
  /** Sends the events by the client, each when the one before has had its effect. */
  send(...events: readonly AutosysEvent[]): Promise<void>;
  /** Lets what was accepted have its effect. */
  act(): Promise<void>;
}

/** What {@link embedAutosys} takes beside the emulator's own options. */
export interface EmbeddingOptions {
  readonly jil?: string;
  readonly clock?: ManualClock;
  readonly client?: Partial<AutosysClientOptions>;
}

/** Starts an embedded AutoSys, five seconds after the runs of the AWS builders have ended. */
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

/** Waits for an answer no longer than a test may. */
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
