/**
 * Shard of a row key, so that one partition of an index takes only a part of the writes. It depends
 * on the key alone. Pure.
 *
 * @param shards a power of two
 */
export function toShard(key: string, shards: number): number {
  let hash = 0;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash, 31) + key.charCodeAt(at);
  // The top bits of the product depend on all bits of the hash.
  return Math.floor(((Math.imul(hash, 0x9e3779b1) >>> 0) / 2 ** 32) * shards);
}
