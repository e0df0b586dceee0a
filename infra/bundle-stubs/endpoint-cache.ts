import { rejectUse } from './reject-use.ts';

/**
 * Stub of the endpoint cache of the DynamoDB client. Each client creates one. No request of the
 * bridge reads it, whatever the value of `AWS_ENABLE_ENDPOINT_DISCOVERY`.
 */
export class EndpointCache {
  /** The first method that the endpoint discovery of the SDK calls. */
  getEndpoint(): never {
    return rejectUse("@aws-sdk/endpoint-cache, the SDK's endpoint discovery,");
  }
}
