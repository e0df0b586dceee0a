import type { Emulator } from '../../../emulator/index.ts';
import type { InvocationResult, Local } from '../../../local/index.ts';
import { batchSecret } from '../../support/builders.ts';
import type { LedgerReader } from './ledger-reader.ts';

/** What a person finds after a night. */
export interface Ending {
  /** How much is still to be brought about. */
  readonly due: number;
  /** Codes of what a person must look at. */
  readonly parked: readonly string[];
  readonly deadLetters: number;
  /** Requests that no AutoSys and no AWS knows. */
  readonly strangeRequests: readonly string[];
  /** Where a password, or a value of the environment of a Batch job, was found. */
  readonly leaks: readonly string[];
}

/** A night after which nobody has anything to do. */
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
  /** What the sweep answered. */
  readonly sweeps: readonly InvocationResult[];
  readonly passwords: readonly string[];
}

/** Looks everywhere: at the ledger, the queues, the requests, and for secrets in all that the bridge wrote or said. */
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

/** A password, and as Basic sends it. */
function toForms(password: string): readonly string[] {
  return [password, Buffer.from(`autosys:${password}`).toString('base64')];
}
