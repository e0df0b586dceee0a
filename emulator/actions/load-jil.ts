import { type HttpAnswer, json } from '../answer.ts';
import type { AewsRequest, Deps } from '../deps.ts';

/**
 * POST jil: carries out JIL; 200 whether it went well or not, the field `status` tells (seen live).
 *
 * Clients take `failed` for a failure and anything else for success; `success` and `messages` are inferred.
 */
export const loadJil =
  ({ instance }: Pick<Deps, 'instance'>) =>
  ({ body }: Pick<AewsRequest, 'body'>): HttpAnswer => {
    const { ok, messages } = instance.loadJil({ name: 'POST /AEWS/jil', text: body });
    return json(200, { status: ok ? 'success' : 'failed', messages });
  };
