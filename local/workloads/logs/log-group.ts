import { readArnParts } from '../arns.ts';
import { ServiceRefusal } from '../refusal.ts';
import { optionalMember, textMember } from '../shape.ts';

/** The two ways to name a log group; a request has exactly one. */
export const logGroupShape = {
  logGroupName: optionalMember(textMember({ min: 1, max: 512, pattern: /^[.\-_/#A-Za-z0-9]+$/ })),
  logGroupIdentifier: optionalMember(
    textMember({ min: 1, max: 2_048, pattern: /^[\w#+=/:,.@-]*$/ }),
  ),
};

/**
 * The name of the log group of a request.
 *
 * @throws {ServiceRefusal} `InvalidParameterException` unless exactly one way is used
 */
export function toGroupName(query: {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}): string {
  const { logGroupName, logGroupIdentifier } = query;
  const [named, ...others] = [logGroupName, logGroupIdentifier].filter((one) => one !== undefined);
  if (named === undefined || others.length > 0) {
    const message = 'You must include either logGroupIdentifier or logGroupName, but not both';
    throw new ServiceRefusal('InvalidParameterException', message);
  }
  return readArnParts(named)?.resource.replace(/^log-group:/, '') ?? named;
}
