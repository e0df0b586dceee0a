import { isUninformative } from './read/reason.ts';

/** What is known about a failed run, an attempt or a state. */
export interface KnownFailure {
  /** Error name of Step Functions. */
  readonly error?: string | undefined;
  /** Reduced cause: no structure, no command, no environment. */
  readonly cause?: string | undefined;
  /** Reason of a Batch job, or of its container. */
  readonly reason?: string | undefined;
  readonly exitCode?: number | undefined;
}

interface Meaning {
  readonly pattern: RegExp;
  readonly text: string;
  /** Whether the exit code says nothing beside it. @default false */
  readonly hidesExitCode?: boolean;
}

/**
 * What reasons, error names and causes of AWS usually mean. The first match counts. The texts of AWS
 * are from its documentation (Batch and ECS user guides, errors of Step Functions and Lambda) and
 * from recorded events; what they usually mean is inferred. A text of 32 KB may repeat each word, so
 * no pattern searches far.
 */
const meanings: readonly Meaning[] = [
  {
    pattern: /OutOfMemory|OOMKilled|out of memory|Container killed due to memory/i,
    text: 'The program used more memory than it may',
  },
  {
    pattern: /CannotPull|ImagePullBackOff|ErrImagePull|InvalidImageName|pull image/i,
    text: 'The image was not pulled: check its name and tag, the registry permissions, and the network',
  },
  {
    pattern:
      /Host EC2.{0,200}terminated|\bSpot\b|NodeLost|node.{0,200} (?:shutdown|lost|terminated)|Evicted/i,
    text: 'The host is gone (Spot interruption or termination), which is no fault of the program',
    hidesExitCode: true,
  },
  {
    pattern: /attempt duration exceeded timeout|DeadlineExceeded/i,
    text: 'The attempt ran longer than its timeout and was killed',
    hidesExitCode: true,
  },
  {
    pattern: /\bMISCONFIGURATION:/,
    text: 'No compute environment of the queue fits the job: compare vCPU, memory and platform',
  },
  {
    pattern: /\bCAPACITY:|InsufficientInstanceCapacity|INSUFFICIENT_INSTANCE_CAPACITY/,
    text: 'AWS had no capacity for the job',
  },
  {
    pattern: /ResourceInitializationError/,
    text: 'The task was not prepared: check the execution role, and access to secrets, logs and network',
  },
  {
    pattern: /CannotStartContainer|CannotCreateContainer|ContainerCannotRun|RunContainerError/,
    text: 'The container did not start: check its command and its mounts',
  },
  {
    pattern: /DockerTimeoutError/,
    text: 'The host did not start the container in time; a retry usually helps',
  },
  {
    pattern: /Dependent Job failed|Dependency.{0,200}failed/i,
    text: 'A job that it depends on failed, so it did not start',
  },
  {
    pattern: /Array Child Job failed/i,
    text: 'At least one child of the array failed',
  },
  {
    pattern: /States\.DataLimitExceeded|States\.Runtime.{0,200}size limit/,
    text: 'A state passed on more than 256 KiB',
  },
  {
    pattern: /States\.ExceedToleratedFailureThreshold/,
    text: 'More children of the Map Run failed than it tolerates',
  },
  { pattern: /States\.HeartbeatTimeout/, text: 'A task sent no heartbeat in time' },
  {
    pattern: /Task timed out after|Sandbox\.Timedout/,
    text: 'The Lambda function ran longer than its timeout',
  },
  { pattern: /States\.Timeout/, text: 'The state or the execution ran longer than its timeout' },
  {
    pattern: /signal: killed|Runtime\.ExitError/,
    text: 'The Lambda runtime ended early, usually because of memory',
  },
  {
    pattern: /Lambda\.Unknown/,
    text: 'Lambda gave no reason: usually its timeout or its memory was exceeded, or its runtime ended',
  },
  {
    pattern: /TooManyRequests|Throttl|Rate exceeded/i,
    text: 'A service refused too many requests; a retry usually helps',
  },
  {
    pattern: /Lambda\.(?:ServiceException|AWSLambdaException|SdkClientException)/,
    text: 'Lambda itself failed; a retry usually helps',
  },
  {
    pattern: /Runtime\.(?:ImportModuleError|HandlerNotFound|UserCodeSyntaxError)/,
    text: 'The Lambda function does not load: check its package and handler',
  },
  {
    pattern: /States\.Permissions|AccessDenied|not authorized to perform|UnauthorizedOperation/i,
    text: 'A role lacks a permission',
  },
  {
    pattern: /States\.NoChoiceMatched/,
    text: 'No rule of a Choice state matched the data',
  },
  {
    pattern: /States\.(?:ItemReaderFailed|ResultWriterFailed)/,
    text: 'The Map Run did not read its items or write its results: check the bucket and the role',
  },
  {
    pattern:
      /States\.(?:Runtime|ParameterPathFailure|ResultPathMatchFailure|IntrinsicFailure|QueryEvaluationError)/,
    text: 'The definition of the state machine does not fit its data; a retry does not help',
  },
  { pattern: /States\.BranchFailed/, text: 'A branch of a Parallel state failed' },
  { pattern: /^States\.TaskFailed$/, text: 'A task failed without a reason' },
];

/** What an exit code usually means (POSIX shells, `docker run`, signal(7)); 128 + signal. */
const exitCodeMeanings: Readonly<Record<number, string>> = {
  1: 'error of the program',
  2: 'wrong usage of a command',
  124: 'time limit of the command timeout',
  125: 'the container runtime failed',
  126: 'the command cannot be executed',
  127: 'command not found',
  129: 'ended by SIGHUP',
  130: 'interrupted, SIGINT',
  134: 'aborted by the program, SIGABRT',
  135: 'bus error, SIGBUS',
  136: 'arithmetic error, SIGFPE',
  139: 'invalid memory access, SIGSEGV',
  141: 'broken pipe, SIGPIPE',
  143: 'told to end, SIGTERM',
  255: 'error of the program or of a remote shell',
};

/** Number of SIGKILL + 128. */
const killed = 137;

/** What the failure usually means. `undefined` if no text is known. Without a full stop. */
export function toFailureMeaning(facts: KnownFailure): string | undefined {
  return findMeaning(facts)?.text;
}

/**
 * What the exit code usually means; `undefined` without a code, for 0, and if the reason explains it.
 *
 * Memory is named as the reason of 137 only if AWS says so.
 */
export function toExitCodeMeaning(facts: KnownFailure): string | undefined {
  const { exitCode } = facts;
  if (exitCode === undefined || exitCode === 0) return undefined;
  const meaning = findMeaning(facts);
  if (exitCode === killed) {
    if (meaning === undefined) return 'killed, usually memory';
    return meaning === meanings[0] ? 'killed, memory' : 'killed';
  }
  if (meaning?.hidesExitCode) return undefined;
  const known = exitCodeMeanings[exitCode];
  if (known !== undefined) return known;
  return exitCode > 128 && exitCode < 193 ? `ended by signal ${exitCode - 128}` : undefined;
}

function findMeaning({ error, cause, reason }: KnownFailure): Meaning | undefined {
  // A generic error name says less than the texts beside it.
  const texts = [reason, cause, error].filter((one) => one !== undefined && one !== '');
  return meanings.find(({ pattern }) =>
    texts.some((text) => text !== undefined && pattern.test(text)),
  );
}

/** Error names that only say that something failed. */
const genericErrors: ReadonlySet<string> = new Set(['States.TaskFailed', 'Error']);

/**
 * The failure in a few words, such as `exit code 137 (killed, memory): OutOfMemoryError: …` or
 * `Rates.NoData: no rates`. `undefined` if nothing is known.
 */
export function toShortFailure(facts: KnownFailure): string | undefined {
  const { error, cause, reason, exitCode } = facts;
  const code = exitCode === undefined ? undefined : `exit code ${exitCode}`;
  const meaning = toExitCodeMeaning(facts);
  const parts = [
    code && meaning ? `${code} (${meaning})` : code,
    error === undefined || (cause !== undefined && genericErrors.has(error)) ? undefined : error,
    cause,
    reason !== undefined && code !== undefined && isUninformative(reason) ? undefined : reason,
  ].filter((one) => one !== undefined && one !== '');
  return parts.length === 0 ? undefined : [...new Set(parts)].join(': ');
}
