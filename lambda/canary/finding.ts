import { type Grade, type Step, verdicts } from './verdicts.ts';

/** Identifier of a finding. */
export type FindingVerdict = keyof typeof verdicts;

/** One result of an examination. Contains no secrets; printed for people and as JSON. */
export interface Finding {
  readonly verdict: FindingVerdict;
  readonly step: Step;
  readonly grade: Grade;
  /** What was createFinding, as text. */
  readonly message: string;
  /** What to do. */
  readonly advice?: string;
  /** Host and port, if the finding is about one endpoint. */
  readonly endpoint?: string;
  /** Whole days until the certificate of the endpoint expires; negative if it has expired. */
  readonly certificateDaysLeft?: number;
  /** Whole days since the current version of the secret was written. */
  readonly secretAgeDays?: number;
  /** Time from sending the value to reading it back, in milliseconds. */
  readonly roundTripMs?: number;
  /** Lines for the route file. */
  readonly lines?: readonly string[];
}

/** Optional fields of a finding. */
export type FindingDetails = Partial<Omit<Finding, 'verdict' | 'step' | 'message'>>;

/** Creates a finding; step, grade and advice follow from the verdict. */
export function createFinding(
  verdict: FindingVerdict,
  message: string,
  details: FindingDetails = {},
): Finding {
  return { verdict, ...verdicts[verdict], message, ...details };
}

/** Whether AutoSys refused the login or the request with 401. Nothing more is sent then. */
export function isRefused({ verdict }: Finding): boolean {
  return verdict === 'loginRefused' || verdict === 'requestRefused';
}

/** Whether the finding is a failure: refused or unknown. */
export function isFailure({ grade }: Finding): boolean {
  return grade === 'refused' || grade === 'unknown';
}
