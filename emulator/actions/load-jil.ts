import { type HttpAnswer, json } from '../answer.ts';
import type { AewsRequest, Deps } from '../deps.ts';

/**
 * POST jil: executes JIL; always 200, the field `status` states the outcome (seen live).
 *
 * Clients treat `failed` as a failure and anything else as success; `success` and `messages` are
 * inferred.
 */
export function createLoadJil({ instance }: Pick<Deps, 'instance'>) {
  return function loadJil({ body }: Pick<AewsRequest, 'body'>): HttpAnswer {
    const { ok, messages } = instance.loadJil({ name: 'POST /AEWS/jil', text: body });
    return json(200, { status: ok ? 'success' : 'failed', messages });
  };
}
