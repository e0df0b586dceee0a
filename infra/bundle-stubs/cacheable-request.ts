import { rejectUse } from './reject-use.ts';

/** Stub of the cache of got. got creates one only with the option `cache`. */
export default class CacheableRequest {
  constructor() {
    rejectUse("cacheable-request, got's cache,");
  }
}

/** got checks each error with `instanceof`. */
export class CacheError extends Error {}
