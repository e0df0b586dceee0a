import type { Emulator } from '../../../emulator/index.ts';
import type { InvocationResult, Local } from '../../../local/index.ts';
import { batchSecret } from '../../support/builders.ts';
import type { LedgerReader } from './ledger-reader.ts';

/** The state after a test case. */
export interface Ending {
  /** Number of due entries. */
  readonly due: number;
  /** Codes of the parked entries. */
  readonly parked: readonly string[];
  readonly deadLetters: number;
  /** Number of requests that the embedded AutoSys and AWS do not support. */
  readonly strangeRequests: readonly string[];
  /** Places where a password, or a value of the environment of a Batch job, was found. */
  readonly leaks: readonly string[];
}

/** The state that needs no action. */
export const quiet: Ending = {
  due: 0,
  parked: [],
  deadLetters: 0,
  strangeRequests: [],
  leaks: [],
};

interface Scene {
  readonly aws: Local;
  readonly ledger: LedgerReader;
  readonly autosys: Emulator;
  readonly standby: Emulator | undefined;
  /** Responses of the sweep. */
  readonly sweeps: readonly InvocationResult[];
  readonly passwords: readonly string[];
}

/**
 * Reads the ledger, the queues and the requests, and searches all output of the bridge for secrets.
 */
export async function readEnding(scene: Scene): Promise<Ending> {
  const { aws, ledger, autosys, standby } = scene;
  const servers = [autosys, ...(standby ? [standby] : [])];
  const unsupported = servers.flatMap((server) =>
    server.unsupported() > 0 ? [`${server.unsupported()} of AutoSys`] : [],
  );
  return {
    due: (await ledger.due()).length,
    parked: (await ledger.parked()).map(({ parked }) => parked?.code ?? ''),
    deadLetters: aws.deadLetters().length,
    strangeRequests: [
      ...unsupported,
      ...aws.secrets.unknownRequests,
      ...aws.workloads.unknownRequests,
    ],
    leaks: await findLeaks(scene, servers),
  };
}

async function findLeaks(
  { aws, ledger, sweeps, passwords }: Scene,
  servers: readonly Emulator[],
): Promise<readonly string[]> {
  const outputs = {
    'the logs': JSON.stringify(aws.logs()),
    'an answer of a function': JSON.stringify([aws.invocations(), sweeps]),
    'the ledger': await ledger.text(),
    'a request': JSON.stringify(servers.map((server) => server.requests())),
    'the events of AutoSys': JSON.stringify(servers.map(({ instance }) => instance.events())),
  };
  const secrets = [...passwords.flatMap((password) => toForms(password)), batchSecret];
  return Object.entries(outputs).flatMap(([where, text]) =>
    secrets.some((secret) => text.includes(secret)) ? [where] : [],
  );
}

/** A password, and its encoding in Basic. */
function toForms(password: string): readonly string[] {
  return [password, Buffer.from(`autosys:${password}`).toString('base64')];
}
