import {
  type AutosysClient,
  probeEndpoint,
  type ReadAuthorities,
  type WireProfile,
  wireProfiles,
} from '../../autosys/client/index.ts';
import { type GlobalName, type JobName, parseGlobalName } from '../../autosys/names.ts';
import type { ExamineDeps, SkipReason } from '../../lambda/canary/examine.ts';
import type { Candidate, ReadFallback } from '../../lambda/canary/search.ts';
import type { SignIn } from '../../lambda/canary/sign-in.ts';
import { defaultCanaryGlobal } from '../../lambda/routing/routes.ts';
import type { Io } from '../io.ts';
import { sleep } from '../sleep.ts';
import type { Patient } from './patient.ts';

/** What differs between an AutoSys of flags and one of the route file. */
export interface PatientOptions {
  readonly instance?: string;
  readonly endpoints: readonly string[];
  readonly certificateAuthority?: string | ReadAuthorities | undefined;
  readonly profile: WireProfile;
  /** A client that speaks a profile, with the login of `signIn`. */
  readonly speaking: (profile: WireProfile) => AutosysClient;
  readonly signIn: SignIn;
  readonly confirmWithinMs?: number;
  /** @default - AWS_BRIDGE_CANARY */
  readonly globalVariable?: string | undefined;
  readonly job?: JobName | undefined;
  /** @default - never closed, as far as anybody here knows */
  readonly findSkipReason?: () => Promise<SkipReason | undefined>;
}

/** Binds an examination to the network; nothing is sent yet. @throws {NameError} */
export function toPatient(options: PatientOptions, io: Io): Patient {
  const { instance, endpoints, certificateAuthority, profile, speaking, signIn, job } = options;
  const globalVariable = toScratchVariable(options.globalVariable);
  const clients: AutosysClient[] = [];
  const speak = (other: WireProfile) => {
    const client = speaking(other);
    clients.push(client);
    return client;
  };
  const client = speak(profile);
  const others = Object.values(wireProfiles).filter(({ name }) => name !== profile.name);
  const readFallback = toReadFallback(profile, client);
  const deps: ExamineDeps = {
    endpoints,
    probe: (endpoint, signal) => probeEndpoint(endpoint, { certificateAuthority, signal }),
    signIn,
    client,
    candidates: others.map((other) => toCandidate(other, speak(other))),
    ...(readFallback && { readFallback }),
    globalVariable,
    confirmWithinMs: options.confirmWithinMs ?? 10_000,
    findSkipReason: options.findSkipReason ?? (async () => undefined),
    now: () => io.clock.now(),
    sleep: (ms, signal) => sleep(io, ms, signal),
    ...(job !== undefined && { job }),
  };
  return {
    ...(instance !== undefined && { instance }),
    deps,
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.close();
    },
  };
}

function toScratchVariable(name: string = defaultCanaryGlobal): GlobalName {
  return parseGlobalName(name);
}

function toCandidate(profile: WireProfile, client: AutosysClient): Candidate {
  const { name, events, readGlobalVariable } = profile;
  return {
    name,
    client,
    setsGlobals: events.SET_GLOBAL !== undefined,
    readsGlobals: readGlobalVariable !== undefined,
  };
}

/** Of profiles without a way to read a variable, all that set one share the base path of the standard. */
function toReadFallback(profile: WireProfile, client: AutosysClient): ReadFallback | undefined {
  const { basePath, readGlobalVariable } = profile;
  if (readGlobalVariable === undefined || basePath !== wireProfiles['single-event'].basePath) {
    return undefined;
  }
  const { method, path, body, reads } = readGlobalVariable;
  return { client, entry: JSON.stringify({ method, path, ...(body && { body }), reads }) };
}
