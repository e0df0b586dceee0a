import { Agent } from 'node:https';
import got from 'got';

/** The HTTP client without any other code. */
const client = got.extend({ agent: { https: new Agent({ keepAlive: true }) } });

export const handler = async () => typeof client;
