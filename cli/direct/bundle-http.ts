import { loadHttp } from '../agent/api/load-module.ts';

/**
 * `node:http` in the bundle, without an import of it, whose export `WebSocket` loads a whole client.
 */
const http = loadHttp();

export const { Agent, request } = http;

// biome-ignore lint/style/noDefaultExport: the SDK imports the default
export default http;
