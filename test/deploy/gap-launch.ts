import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { type Cloud, describeStack } from './cloud.ts';
import { findLaunchUrl, toLoginHeaders } from './launch-api.ts';
import { home } from './ministack.ts';

/** Text of API Gateway's own answer to an invalid body, as the bridge words it. */
const invalidBody = 'the body is no JSON object';

/**
 * True when a request from an address that the resource policy denies is refused. API Gateway
 * evaluates the policy before it asks the authorizer.
 */
export async function enforcesResourcePolicy(cloud: Cloud, endpoint: string): Promise<boolean> {
  const { status } = await fetch(`${await findLaunchUrl(cloud, endpoint)}/v1/runs/none`);
  return status === 403;
}

/** True when the access log of the launch API has a line. Earlier steps have sent requests. */
export async function writesAccessLog(cloud: Cloud, endpoint: string): Promise<boolean> {
  const { outputs } = await describeStack(cloud);
  const logGroupName = outputs.get('LaunchAccessLogGroupName');
  const credentials = { accessKeyId: home.account, secretAccessKey: 'test' };
  const logs = new CloudWatchLogs({ endpoint, region: home.region, credentials });
  const { logStreams = [] } = await logs.describeLogStreams({ logGroupName });
  return logStreams.length > 0;
}

/** True when a client that accepts text gets the text of a gateway response, not JSON. */
export async function answersInText(cloud: Cloud, endpoint: string): Promise<boolean> {
  const response = await fetch(`${await findLaunchUrl(cloud, endpoint)}/v1/runs/none`, {
    headers: { accept: 'text/plain' },
  });
  return !(response.headers.get('content-type') ?? '').includes('json');
}

/** True when API Gateway itself refuses a body that is not valid for the model of the method. */
export async function validatesRequests(cloud: Cloud, endpoint: string): Promise<boolean> {
  const response = await fetch(`${await findLaunchUrl(cloud, endpoint)}/v1/runs`, {
    method: 'POST',
    headers: { ...toLoginHeaders(), 'content-type': 'application/json' },
    body: '{}',
  });
  return (await response.text()).includes(invalidBody);
}

/** True when a body of more than 10 MB is refused with 413. */
export async function limitsBodies(cloud: Cloud, endpoint: string): Promise<boolean> {
  const { status } = await fetch(`${await findLaunchUrl(cloud, endpoint)}/v1/runs`, {
    method: 'POST',
    headers: { ...toLoginHeaders(), 'content-type': 'application/json' },
    body: '['.padEnd(10 * 1024 * 1024 + 2, ' ').concat(']'),
  });
  return status === 413;
}

/** True when a REST API answers 504 to a request that takes longer than 29 seconds. */
export async function limitsRequestTime(_: Cloud, endpoint: string): Promise<boolean> {
  const backend = createServer((_request, response) => {
    void sleep(30_500).then(() => response.end('late'));
  });
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const address = backend.address();
  if (typeof address !== 'object' || address === null) throw new Error('the backend is closed');
  const url = await createRestApi(endpoint, `http://127.0.0.1:${address.port}/`);
  try {
    return (await fetch(url)).status === 504;
  } finally {
    backend.closeAllConnections();
    backend.close();
  }
}

/** Creates a REST API that passes GET on. @returns the URL of its stage */
async function createRestApi(endpoint: string, uri: string): Promise<string> {
  const send = async (method: string, path: string, body?: object) => {
    const scope = `${home.account}/20260101/${home.region}/apigateway/aws4_request`;
    const response = await fetch(`${endpoint}/restapis${path}`, {
      method,
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
        'content-type': 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} /restapis${path} answered ${response.status}`);
    return (await response.json()) as { readonly id?: string; readonly rootResourceId?: string };
  };
  const { id, rootResourceId } = await send('POST', '', { name: 'gap-request-time' });
  const method = `/${id}/resources/${rootResourceId}/methods/GET`;
  await send('PUT', method, { authorizationType: 'NONE' });
  await send('PUT', `${method}/integration`, { type: 'HTTP_PROXY', httpMethod: 'GET', uri });
  await send('POST', `/${id}/deployments`, { stageName: 'gap' });
  return `${endpoint}/_aws/execute-api/${id}/gap/`;
}
