import { type Grade, type Step, verdicts } from './verdicts.ts';

/** One word for what was found. */
export type FindingVerdict = keyof typeof verdicts;

/** One thing that was found out; free of secrets, for people and programs alike. */
export interface Finding {
  readonly verdict: FindingVerdict;
  readonly step: Step;
  readonly grade: Grade;
  /** What is so, in words. */
  readonly says: string;
  /** What to do about it. */
  readonly advice?: string;
  /** Host and port, where it is about one endpoint. */
  readonly endpoint?: string;
  /** Whole days until the certificate of the endpoint ends; negative where it has. */
  readonly certificateDaysLeft?: number;
  /** Whole days since the secret was written. */
  readonly secretAgeDays?: number;
  /** From sending to seeing the value. */
  readonly roundTripMs?: number;
  /** For the route file. */
  readonly lines?: readonly string[];
}

/** What a finding may carry beside its verdict and its words. */
export type FindingDetails = Partial<Omit<Finding, 'verdict' | 'step' | 'says'>>;

/** Makes a finding of its verdict. */
export function found(
  verdict: FindingVerdict,
  says: string,
  details: FindingDetails = {},
): Finding {
  return { verdict, ...verdicts[verdict], says, ...details };
}

/** Whether AutoSys refused the login or the request with 401: nothing more is sent then. */
export function isRefused({ verdict }: Finding): boolean {
  return verdict === 'loginRefused' || verdict === 'requestRefused';
}

/** Whether something is wrong: refused, or not to be found out. */
export function isFailure({ grade }: Finding): boolean {
  return grade === 'refused' || grade === 'unknown';
}
