import { createHash } from 'node:crypto';

/**
 * SHA-256 of a text as 64 hexadecimal digits. It is meant for keys that must stay short, never for
 * secrets.
 */
export function toDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
