import { expect, test } from 'vitest';
import { createHandleHint, type HintedJob } from '../../../lambda/launch/handle-hint.ts';

const web = { name: 'web', secret: 's', targets: [], jobs: ['NIGHT_*'] };

function aHintRig(instances = ['ACE']) {
  const hinted: HintedJob[] = [];
  const handle = createHandleHint({
    rules: { targets: [], callers: [web], instances },
    notify: async (job) => {
      hinted.push(job);
      return { waits: 2, answered: 1 };
    },
    onAnswer: () => undefined,
    onDefect: () => undefined,
  });
  const post = async (body: string, headers: Record<string, string> = {}, caller?: string) =>
    handle(
      {
        ...{ httpMethod: 'POST', resource: '/v1/waits', headers, body },
        requestContext: { authorizer: { caller: caller ?? web.name } },
      },
      new AbortController().signal,
    );
  return { hinted, post };
}

test('takes the form that an HTTP job posts, and answers in text', async () => {
  const { hinted, post } = aHintRig();
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  const answer = await post('job=LOAD&instance=ACE', form);

  expect(hinted).toEqual([{ job: 'LOAD', instance: 'ACE' }]);
  expect([answer.statusCode, answer.body]).toEqual([
    200,
    'noted LOAD (ACE): 2 waiting, 1 answered\n',
  ]);
});

test('takes JSON, and the only instance', async () => {
  const { hinted, post } = aHintRig();

  const answer = await post('{"job":"LOAD"}');

  expect(hinted).toEqual([{ job: 'LOAD', instance: 'ACE' }]);
  expect(JSON.parse(answer.body)).toMatchObject({ job: 'LOAD', waits: 2, answered: 1 });
});

test.for([
  ['{}', 'job'],
  ['{"job":"A B"}', 'job'],
  ['{"job":"LOAD","instance":"XYZ"}', 'instance'],
  ['{"job":"LOAD","run":3}', 'run'],
] as const)('rejects %s', async ([body, path]) => {
  const { hinted, post } = aHintRig();

  const answer = await post(body);

  expect(answer.statusCode).toBe(400);
  expect(JSON.parse(answer.body).faults).toMatchObject([{ path }]);
  expect(hinted).toEqual([]);
});

test('rejects a job without instance if there are several', async () => {
  const { post } = aHintRig(['ACE', 'PRD']);

  expect((await post('{"job":"LOAD"}')).statusCode).toBe(400);
});

test('rejects a caller that is not in the route file', async () => {
  const { post } = aHintRig();

  expect((await post('{"job":"LOAD"}', {}, 'stranger')).statusCode).toBe(403);
});
