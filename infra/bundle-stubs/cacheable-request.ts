import { leftOut } from './left-out.ts';

/** Stands in for the cache of got, which makes one as soon as it is asked for `cache`. */
export default class CacheableRequest {
  constructor() {
    leftOut("cacheable-request, got's cache,");
  }
}

/** got asks of each error whether it is one of these. */
export class CacheError extends Error {}
