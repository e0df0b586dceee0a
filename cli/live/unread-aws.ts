import type { FailedCall } from '../../lambda/aws/lookup.ts';
import type { UnreadLiveFact } from './live-row.ts';

/** Error names of AWS for credentials that are missing, wrong or expired. */
const badCredentials =
  /Expired|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|CredentialsProvider|InvalidAccessKey|AuthFailure/;

/**
 * A call of AWS without an answer, with what is needed.
 *
 * @param action IAM action of the call, such as `states:DescribeStateMachine`
 */
export function toUnreadAws({ kind, reason }: FailedCall, action: string): UnreadLiveFact {
  const said = `${action} was not answered: ${reason}`;
  if (reason === 'no Region is set') {
    return { kind: 'unread', reason, advice: 'set AWS_REGION to the Region of the bridge' };
  }
  if (badCredentials.test(reason)) {
    const advice = 'sign in to AWS again, or check AWS_PROFILE';
    return { kind: 'unread', reason: `the credentials of AWS are not valid: ${reason}`, advice };
  }
  if (kind === 'denied') {
    return { kind: 'unread', reason: `${reason} for ${action}`, advice: `needed: ${action}` };
  }
  if (/Abort|Timeout/.test(reason)) {
    return { kind: 'unread', reason: said, advice: 'check the way to AWS, or give more --timeout' };
  }
  const advice =
    kind === 'throttled'
      ? 'too many calls share the quota; repeat the command later'
      : 'check AWS_REGION and the way to AWS, then repeat the command';
  return { kind: 'unread', reason: said, advice };
}
