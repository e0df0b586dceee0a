import { type GatewayFailure, gatewayFailure } from './failure.ts';
import { methodArnOf, type RestCall } from './rest-call.ts';
import { countHeaderBytes, type RestArrival } from './rest-request.ts';

/** Bytes of a payload that API Gateway accepts (developer guide, "Quotas"). */
export const payloadLimit = 10_485_760;
/** Characters of a URL of a Regional API (the same page). */
const urlCharacters = 10_240;
/** Bytes of a method's ARN with an authorizer or a resource policy (the same page). */
const arnBytes = 1600;

/**
 * The failure of a request that exceeds a quota.
 *
 * The text for a payload and for headers, and the status 413, are reported by users; 414 is
 * documented for the ARN; 431 for headers, and 414 for the URL, are inferred.
 *
 * @param headerBytes limit of all header lines together
 */
export function checkArrival(
  { target, rawHeaders, bodyBytes }: RestArrival,
  headerBytes: number,
): GatewayFailure | undefined {
  const plainText = true;
  if (countHeaderBytes(rawHeaders) > headerBytes) {
    const text = `HTTP header is larger than ${headerBytes} bytes.`;
    return gatewayFailure('headersTooLarge', text, { plainText });
  }
  if (bodyBytes > payloadLimit) {
    const text = `HTTP content length exceeded ${payloadLimit} bytes.`;
    return gatewayFailure('tooLarge', text, { plainText });
  }
  return target.length > urlCharacters
    ? gatewayFailure('uriTooLong', 'Request URI too long')
    : undefined;
}

/** The failure of a request whose method ARN is too long to be evaluated by a policy. */
export function checkMethodArn(call: RestCall): GatewayFailure | undefined {
  const { place, route } = call;
  if (!route?.method.authorizer && !place.api.policy) return undefined;
  return Buffer.byteLength(methodArnOf(call)) > arnBytes
    ? gatewayFailure('uriTooLong', 'Request URI too long')
    : undefined;
}
