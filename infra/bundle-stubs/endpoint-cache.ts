import { leftOut } from './left-out.ts';

/**
 * Stands in for where the client of DynamoDB would keep endpoints that it was told of. Each client
 * makes one; none of our requests looks into it, whatever `AWS_ENABLE_ENDPOINT_DISCOVERY` says.
 */
export class EndpointCache {
  /** The first thing that the SDK's endpoint discovery asks for. */
  getEndpoint(): never {
    return leftOut("@aws-sdk/endpoint-cache, the SDK's endpoint discovery,");
  }
}
