import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { toPolicy } from '../launch/authorizer-policy.ts';
import { composeAuthorizer } from './compose-launch.ts';

const logger = new Logger({ serviceName: 'autosys-bridge' });
const authorize = composeAuthorizer(process.env, logger);

/** A request of API Gateway to a token authorizer. */
interface TokenRequest {
  readonly authorizationToken: string;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`. */
  readonly methodArn: string;
}

/** Lambda handler of the authorizer. The error `Unauthorized` makes API Gateway answer 401. */
export const handler = middy<TokenRequest>()
  .use(injectLambdaContext(logger, { logEvent: false }))
  .handler(async ({ authorizationToken, methodArn }) => {
    const caller = await authorize(authorizationToken);
    if (caller === undefined) throw new Error('Unauthorized');
    return toPolicy(caller, methodArn);
  });
