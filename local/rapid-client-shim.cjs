'use strict';
/**
 * Replaces `rapid-client.node`, the native part of aws-lambda-ric, which is not built on this
 * machine.
 *
 * Loaded with `--require`, before the runtime client. That client fetches invocations by itself
 * when AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1 is set, and calls only `done` and `error` here
 * (aws-lambda-ric 4.0.2, index.mjs, class RAPIDClient). The native client waits for the host's
 * reply to these; this one does not. So the host must accept that the next request can arrive
 * before a response.
 */
const http = require('node:http');
const { registerHooks } = require('node:module');
const net = require('node:net');
const { pathToFileURL } = require('node:url');

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function post(path, body, headers) {
  const request = http.request(
    `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/${path}`,
    {
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...headers,
      },
    },
  );
  request.on('response', (response) => response.resume());
  request.end(body);
}

module.exports = {
  done(requestId, body) {
    post(`invocation/${requestId}/response`, body, {});
  },
  error(requestId, body, xrayCause) {
    // A header allows no line breaks and no non-ASCII characters; the cause is only for tracing.
    const cause = /^[\x20-\x7e]*$/.test(xrayCause)
      ? { 'lambda-runtime-function-xray-error-cause': xrayCause }
      : {};
    post(`invocation/${requestId}/error`, body, cause);
  },
};

const hooks = registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier !== './rapid-client.node') return nextResolve(specifier, context);
    hooks.deregister();
    return { url: pathToFileURL(__filename).href, format: 'commonjs', shortCircuit: true };
  },
});

// The host holds the other end of this pipe. When the host ends for any reason, the function ends
// too.
new net.Socket({ fd: 3 })
  .on('close', () => process.exit(1))
  .resume()
  .unref();
