import { toDigest } from './digest.ts';
import { toAttemptKey, toRunId, type Version } from './version.ts';

/** A fact about a run as part of a key: the run, the attempt and the status. */
export function toVersionKey(version: Version): string {
  return `${toRunKeyPart(version)} ${toAttemptKey(version)} ${version.status}`;
}

/** What identifies a run, as a part of a key. */
export function toRunKeyPart(version: Pick<Version, 'run' | 'beganMs'>): string {
  const { run } = version;
  return `${toKeyPart(run)}${toRunId(version).slice(run.length)}`;
}

/** DynamoDB takes 2,048 bytes of key; a key has three parts at most that are not of our own making. */
const longestPart = 400;

/** A text as a part of a key: as it is, or for a long one its beginning and a digest of the whole. */
export function toKeyPart(text: string): string {
  if (Buffer.byteLength(text) <= longestPart) return text;
  return `${text.slice(0, 80).toWellFormed()}… sha256=${toDigest(text)}`;
}
