import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import got from 'got';

/** As bare-waiter.ts, with got. */
const [, , url = '', caPath = '', authorization = ''] = process.argv;
const client = got.extend({
  agent: { https: new Agent({ keepAlive: true }) },
  https: { certificateAuthority: readFileSync(caPath, 'utf8') },
  headers: { authorization },
});

type Run = { readonly name: string; readonly rev: string };

let run = await client.post(`${url}/v1/runs`, { body: '{}' }).json<Run>();
for (;;) {
  run = await client.get(`${url}/v1/runs/${run.name}/wait?after=${run.rev}&hold=20`).json<Run>();
}
