import { toEventSignature } from '../routing/event-signature.ts';
import type { RequestEntry } from '../routing/requests.ts';
import { toDigest } from '../workload/digest.ts';
import type { AskContext, EffectAsk } from './payload.ts';

/** Identity of a request: its key, and the digest of its content. */
export interface RequestIdentity {
  readonly key: string;
  readonly digest: string;
}

/**
 * Identity of a request. Pure.
 *
 * The default key names one visit of one state: `$$.State.EnteredTime` differs between two visits,
 * as in a loop, and `$$.Execution.RedriveCount` between two attempts of an execution. The attempts
 * of a Retrier have the same key. Iterations of an inline Map that ask for the same at the same
 * millisecond differ in `item`.
 */
export function toRequestIdentity(
  {
    ask,
    key,
    context,
  }: {
    readonly ask: EffectAsk;
    readonly key?: string;
    readonly context?: AskContext;
  },
  entry: Pick<RequestEntry, 'instance'>,
): RequestIdentity {
  const digest = toContentDigest(ask, entry);
  if (key !== undefined || context === undefined) return { key: key ?? digest, digest };
  const { execution, redrive, state, entered, item } = context;
  const visit = [execution, `redrive ${redrive}`, JSON.stringify(state), entered];
  const iteration = item === undefined ? [] : [`item ${item}`];
  return { key: [...visit, ...iteration, digest.slice(0, 32)].join(' '), digest };
}

/** Digest of what is asked, without the token and without who asks. */
function toContentDigest(ask: EffectAsk, { instance }: Pick<RequestEntry, 'instance'>): string {
  return toDigest(JSON.stringify([instance, ask.action, ...toContent(ask)]));
}

function toContent(ask: EffectAsk): readonly (string | number)[] {
  switch (ask.action) {
    case 'setGlobal':
      return [ask.global, ask.value];
    case 'sendEvent': {
      const { comment = '' } = ask.event;
      return [toEventSignature(ask.event), comment];
    }
    default:
      return [ask.job, ask.start, ask.timeoutMs, ask.onAbort];
  }
}
