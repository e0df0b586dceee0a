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
import type { DoctorTarget } from './target.ts';

/** Options of {@link createDoctorTarget}, from the command line or from the route file. */
export interface DoctorTargetOptions {
  readonly instance?: string;
  readonly endpoints: readonly string[];
  readonly certificateAuthority?: string | ReadAuthorities | undefined;
  readonly profile: WireProfile;
  /** Creates a client with a wire profile, and with the login of `signIn`. */
  readonly withProfile: (profile: WireProfile) => AutosysClient;
  readonly signIn: SignIn;
  readonly confirmWithinMs?: number;
  /** @default - AWS_BRIDGE_CANARY */
  readonly globalVariable?: string | undefined;
  readonly job?: JobName | undefined;
  /**
   * Reads whether a maintenance window or an open circuit breaker stops requests.
   *
   * @default - neither
   */
  readonly findSkipReason?: () => Promise<SkipReason | undefined>;
}

/** Creates the dependencies of one check. Nothing is sent. @throws {NameError} */
export function createDoctorTarget(options: DoctorTargetOptions, io: Io): DoctorTarget {
  const { instance, endpoints, certificateAuthority, profile, withProfile, signIn, job } = options;
  const globalVariable = toScratchVariable(options.globalVariable);
  const clients: AutosysClient[] = [];
  const createClient = (other: WireProfile) => {
    const client = withProfile(other);
    clients.push(client);
    return client;
  };
  const client = createClient(profile);
  const others = Object.values(wireProfiles).filter(({ name }) => name !== profile.name);
  const readFallback = toReadFallback(profile, client);
  const deps: ExamineDeps = {
    endpoints,
    probe: (endpoint, signal) => probeEndpoint(endpoint, { certificateAuthority, signal }),
    signIn,
    client,
    candidates: others.map((other) => toCandidate(other, createClient(other))),
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

/**
 * The request that reads a variable, for wire profiles that have none. All of these that set a
 * variable have the base path of the standard profile.
 */
function toReadFallback(profile: WireProfile, client: AutosysClient): ReadFallback | undefined {
  const { basePath, readGlobalVariable } = profile;
  if (readGlobalVariable === undefined || basePath !== wireProfiles['single-event'].basePath) {
    return undefined;
  }
  const { method, path, body, reads } = readGlobalVariable;
  return { client, entry: JSON.stringify({ method, path, ...(body && { body }), reads }) };
}
