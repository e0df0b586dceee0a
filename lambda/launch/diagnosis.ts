import type { FailedChild } from '../aws/log-results.ts';
import { truncate } from '../routing/template.ts';
import {
  type KnownFailure,
  toExitCodeMeaning,
  toFailureMeaning,
  toShortFailure,
} from '../workload/explain-failure.ts';
import { isUninformative } from '../workload/read/reason.ts';
import type { EndedRunResult } from '../workload/run-result.ts';
import { isOver, type WorkloadEvent, type WorkloadStatus } from '../workload/workload.ts';
import type { FailingState } from './failing-state.ts';

/** What a diagnosis is made of. Without history and children, the run row alone. */
export interface DiagnosisFacts {
  readonly workload: WorkloadEvent['kind'];
  readonly status: WorkloadStatus;
  readonly result?: EndedRunResult | undefined;
  /** From the history of an execution. */
  readonly failing?: FailingState | undefined;
  /** Failed children of an array job or of a Map Run. */
  readonly children?: FailedChildren | undefined;
  /** Link to the run in the AWS console. */
  readonly console?: string | undefined;
}

/** Failed children, each with what is known about it. */
export interface FailedChildren {
  readonly failed: readonly (Pick<FailedChild, 'exitCode' | 'reason'> & KnownFailure)[];
  /** Whether there are more failed children than those listed. */
  readonly more: boolean;
}

/** Maximum characters of a diagnosis, with the link. */
const maxDiagnosis = 1_000;
/** Maximum characters of one error, cause or reason in it. */
const maxText = 500;
const maxGroups = 4;
const maxGroupText = 90;

/**
 * One paragraph for people about an ended run: what failed, in which state, why, what that usually
 * means, and the console link. Pure. At most 1,000 characters.
 *
 * @returns `undefined` unless the run has ended without success
 */
export function toDiagnosis(facts: DiagnosisFacts): string | undefined {
  const { status, failing, result, children, console: link } = facts;
  if (!isOver(status) || status === 'SUCCEEDED') return undefined;
  const failure: KnownFailure = {
    error: failing?.error ?? result?.error,
    cause: failing?.cause ?? result?.cause,
    reason: result?.reason,
    exitCode: result?.exitCode,
  };
  const sentences = [
    toSubject(facts),
    ...toReasons(failure),
    toFailureMeaning(failure),
    toExitSentence(failure),
    children && toChildSentence(children),
  ].flatMap((one) => (one === undefined || one === '' ? [] : [toSentence(one)]));
  const end = link === undefined ? '' : ` Console: ${link}`;
  const text = sentences.join(' ');
  const room = maxDiagnosis - end.length;
  return `${text.length <= room ? text : `${truncate(text, room - 1)}…`}${end}`;
}

const statusWords: Readonly<Partial<Record<WorkloadStatus, string>>> = {
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  ABORTED: 'was stopped',
};

function toSubject({ workload, status, failing, result }: DiagnosisFacts): string {
  const what = workload === 'execution' ? 'The execution' : 'The Batch job';
  const state = failing?.state === undefined ? '' : ` in state ${failing.state}`;
  const called =
    failing?.functionName === undefined ? '' : ` (Lambda function ${failing.functionName})`;
  const { attempts = 1 } = result ?? {};
  const redrives = attempts === 2 ? 'a redrive' : `${attempts - 1} redrives`;
  const times =
    attempts < 2 ? '' : ` after ${workload === 'execution' ? redrives : `${attempts} attempts`}`;
  return `${what} ${statusWords[status] ?? status}${state}${called}${times}`;
}

function toReasons({ error, cause, reason, exitCode }: KnownFailure): readonly string[] {
  const isPlain = reason === undefined || (exitCode !== undefined && isUninformative(reason));
  const named = cause !== undefined && error !== undefined && cause.startsWith(error);
  const ofExecution = named ? cause : [error, cause].filter((one) => one).join(': ');
  return [
    ofExecution === '' ? '' : `Error: ${shorten(ofExecution, maxText)}`,
    isPlain ? '' : `Reason: ${shorten(reason, maxText)}`,
  ];
}

function toExitSentence(failure: KnownFailure): string | undefined {
  const { exitCode } = failure;
  if (exitCode === undefined) return undefined;
  if (exitCode === 0) return 'Exit code 0, although AWS Batch reports a failure';
  const meaning = toExitCodeMeaning(failure);
  return meaning === undefined ? `Exit code ${exitCode}` : `Exit code ${exitCode}: ${meaning}`;
}

/** Failed children, grouped by what is known about them; the largest group first. */
function toChildSentence({ failed, more }: FailedChildren): string | undefined {
  if (failed.length === 0) return undefined;
  const counts = new Map<string, number>();
  for (const child of failed) {
    const known = toShortFailure(child) ?? 'no reason';
    const text = shorten(known, maxGroupText);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const groups = [...counts].toSorted(([, one], [, other]) => other - one);
  const shown = groups.slice(0, maxGroups).map(([text, count]) => `${count} × ${text}`);
  const rest = groups.slice(maxGroups).reduce((sum, [, count]) => sum + count, 0);
  const others = rest === 0 ? [] : [`${rest} × other reasons`];
  const count = `${more ? 'More than ' : ''}${failed.length}`;
  return `${count} ${failed.length === 1 && !more ? 'child' : 'children'} failed: ${[...shown, ...others].join('; ')}`;
}

/** One line, without control characters. */
function shorten(text: string, max: number): string {
  const line = text
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length <= max ? line : `${truncate(line, max - 1)}…`;
}

function toSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
