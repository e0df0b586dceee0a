import type { JobName } from '../../autosys/names.ts';
import { type CanaryClient, toFailureFinding } from './canary-client.ts';
import { createFinding, type Finding, type FindingVerdict, isRefused } from './finding.ts';
import { examineJob } from './job.ts';
import { examineNetwork, isReachable, type NetworkDeps } from './network.ts';
import { type ScratchDeps, setAndReadBack } from './scratch.ts';
import { type Candidate, type ReadFallback, searchProfile } from './search.ts';
import type { SignIn } from './sign-in.ts';

/** Why an AutoSys instance is not examined. */
export interface SkipReason {
  readonly kind: 'maintenance' | 'circuitOpen';
  readonly reason: string;
}

export interface ExamineDeps extends NetworkDeps, ScratchDeps {
  /**
   * Returns a reason to skip the examination. In a maintenance window nothing is sent. While the
   * circuit breaker is open, no login is sent.
   */
  readonly findSkipReason: () => Promise<SkipReason | undefined>;
  readonly signIn: SignIn;
  /** Client with the wire profile of the route file and the login of {@link signIn}. */
  readonly client: CanaryClient;
  /** Other wire profiles to try if that profile does not work. @default - none */
  readonly candidates?: readonly Candidate[];
  /**
   * Read request of the wire profile in the route file, for candidates without one. @default - none
   */
  readonly readFallback?: ReadFallback;
  /** Job that is read and sent a COMMENT. @default - no job */
  readonly job?: JobName;
}

/**
 * Examines one AutoSys instance step by step, from the name of its host to a value that is read
 * back.
 *
 * Sets nothing but the scratch variable, and uses one login. After a refusal nothing more is sent.
 * Ends when further steps would show nothing new.
 *
 * @throws an error of the bridge itself, never one of AutoSys or of a secret
 */
export async function* examine(
  deps: ExamineDeps,
  signal: AbortSignal,
): AsyncGenerator<Finding, void> {
  const skip = await deps.findSkipReason();
  if (skip) yield createFinding(skip.kind, skip.reason);
  if (skip?.kind === 'maintenance') return;

  const endpoints = await examineNetwork(deps, signal);
  yield* endpoints;
  if (skip) return;
  try {
    const prepared = await deps.signIn.prepare(signal);
    yield* prepared.findings;
    if (!prepared.ready) return;
    if (!isReachable(endpoints)) {
      yield createFinding('unreachable', 'no login was sent');
      return;
    }
    yield* examineRequests(withRecordedRefusals(deps), signal);
  } finally {
    await deps.signIn.end();
  }
}

/** Wraps all clients, so that every refused login is recorded, with any wire profile. */
function withRecordedRefusals(deps: ExamineDeps): ExamineDeps {
  const { signIn, client, candidates, readFallback } = deps;
  return {
    ...deps,
    client: signIn.wrap(client),
    ...(candidates && {
      candidates: candidates.map((one) => ({ ...one, client: signIn.wrap(one.client) })),
    }),
    ...(readFallback && {
      readFallback: { ...readFallback, client: signIn.wrap(readFallback.client) },
    }),
  };
}

/** What the answers so far show about the login. */
type LoginProof = 'none' | 'accepted' | 'refused';

/** Examines AutoSys by requests that need a login. */
async function* examineRequests(
  deps: ExamineDeps,
  signal: AbortSignal,
): AsyncGenerator<Finding, void> {
  const { client, signIn, job } = deps;
  const first = await readFirst(deps, signal);
  let { proof } = first;
  if (proof === 'accepted') yield* await signIn.accepted();
  if (client.clockDifference) yield toClockFinding(client.clockDifference.ms);
  if (first.end) {
    yield first.end;
    return;
  }
  const set = await setAndReadBack({ sender: client, reader: client }, deps, signal);
  const findings = [...set, ...(await searchIfNeeded(set, deps, signal))];
  if (proof === 'none') {
    proof = toProof(findings);
    if (proof === 'accepted') yield* await signIn.accepted();
    if (proof === 'none')
      yield createFinding('unproven', 'no answer shows whether the login was accepted');
  }
  yield* findings;
  // After a refusal nothing more is sent.
  if (findings.some(isRefused)) return;
  if (job !== undefined && proof === 'accepted') yield* await examineJob(client, job, signal);
}

interface FirstRequest {
  readonly proof: LoginProof;
  /** Set if another request would show nothing new, or could lock the account. */
  readonly end?: Finding;
}

/** Sends the first request. It changes nothing in AutoSys. */
async function readFirst(
  { client, globalVariable }: ExamineDeps,
  signal: AbortSignal,
): Promise<FirstRequest> {
  try {
    const { kind } = await client.readGlobalVariable(globalVariable, { signal });
    // AEWS may answer an unknown address before it checks the login.
    return { proof: kind === 'unreadable' ? 'none' : 'accepted' };
  } catch (error) {
    const failure = toFailureFinding(error, { forbidden: 'mayNotRead', refused: 'unreadable' });
    switch (failure.verdict) {
      case 'loginRefused':
      case 'requestRefused':
      case 'unavailable':
      case 'unanswered':
        return { proof: 'none', end: failure };
      case 'mayNotRead':
        return { proof: 'accepted' };
      default:
        return { proof: 'none' };
    }
  }
}

function toClockFinding(ms: number): Finding {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const direction = ms > 0 ? 'ahead of' : 'behind';
  return createFinding(
    'clockDiffers',
    `the clock of AutoSys is ${seconds} s ${direction} the clock of this host`,
  );
}

/** Verdicts that show that AutoSys accepted the login. */
const provesLogin: ReadonlySet<FindingVerdict> = new Set([
  'accepted',
  'mayNotSet',
  'rejected',
  'profileFound',
]);

function toProof(findings: readonly Finding[]): LoginProof {
  if (findings.some(({ verdict }) => verdict === 'loginRefused')) return 'refused';
  return findings.some(({ verdict }) => provesLogin.has(verdict)) ? 'accepted' : 'none';
}

/** Tries other wire profiles if the set or the read-back did not work. */
async function searchIfNeeded(
  set: readonly Finding[],
  deps: ExamineDeps,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { candidates = [], readFallback } = deps;
  const last = set.at(-1)?.verdict;
  const isUnknownRequest = last === 'noSuchEntry' || last === 'unexpectedAnswer';
  const isNotShown = last === 'notApplied' || last === 'unreadable';
  if (candidates.length === 0 || signal.aborted || !(isUnknownRequest || isNotShown)) return [];
  const finding = await searchProfile(
    { candidates, ...(readFallback && { readFallback }) },
    deps,
    signal,
  );
  // If AutoSys accepted the set, only a profile that also reads the value back is useful.
  const isUseful = isUnknownRequest || finding.roundTripMs !== undefined;
  return isUseful || isRefused(finding) ? [finding] : [];
}
