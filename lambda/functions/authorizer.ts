import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { toPolicy } from '../launch/authorizer-policy.ts';
import { logFunctionStart } from '../telemetry/log-function-start.ts';
import { composeAuthorizer } from './compose-authorizer.ts';

const logger = new Logger({ serviceName: 'autosys-bridge' });
logFunctionStart(logger);
const authorize = composeAuthorizer(process.env, logger);

/** A request of API Gateway to a token authorizer. */
interface TokenRequest {
  readonly authorizationToken: string;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`. */
  readonly methodArn: string;
}

/**
 * Lambda handler of the authorizer. The error `Unauthorized` makes API Gateway answer 401. Any other,
 * such as a secret that cannot be read now, makes it answer 5xx, so that commands ask again.
 *
 * A scheduled call, which keeps the network interface of an idle function, is answered at once.
 */
export const handler = middy<TokenRequest | { readonly keepWarm: true }>()
  .use(injectLambdaContext(logger, { logEvent: false }))
  .handler(async (event) => {
    if ('keepWarm' in event) return { warm: true };
    const { authorizationToken, methodArn } = event;
    const caller = await authorize(authorizationToken);
    if (caller === undefined) throw new Error('Unauthorized');
    return toPolicy(caller, methodArn);
  });
