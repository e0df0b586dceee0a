import { createHash } from 'node:crypto';

/** The SHA-256 of a text, as 64 hexadecimal digits: for keys that must stay short, never for secrets. */
export function toDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
