import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

/**
 * The least that waits over HTTPS: one start, then held requests, with `node:https` alone. Its
 * arguments: URL, CA file, value of `Authorization`.
 */
const [, , url = '', caPath = '', authorization = ''] = process.argv;
const agent = new Agent({ keepAlive: true, ca: readFileSync(caPath, 'utf8') });

function send(method: string, path: string, body = ''): Promise<{ name: string; rev: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}${path}`,
      { agent, method, headers: { authorization } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => resolve(JSON.parse(text)));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

let run = await send('POST', '/v1/runs', '{}');
for (;;) run = await send('GET', `/v1/runs/${run.name}/wait?after=${run.rev}&hold=20`);
