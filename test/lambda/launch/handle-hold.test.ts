import { expect, test } from 'vitest';
import { createHandleHold } from '../../../lambda/launch/handle-hold.ts';
import { aCaller, aLaunchRig, aTarget } from './rig.ts';

function aHold() {
  const asked: unknown[] = [];
  const handled: unknown[] = [];
  const handle = createHandleHold({
    rules: { targets: [aTarget()], callers: [aCaller()], instances: ['ACE'] },
    runStatus: async (request) => {
      asked.push(request);
      throw new Error('unexpected');
    },
    onAnswer: (one) => handled.push(one),
    onDefect: () => undefined,
  });
  const send = (httpMethod: string, resource: string, caller = 'agents') =>
    handle(
      {
        httpMethod,
        resource,
        pathParameters: { name: 'N' },
        requestContext: { authorizer: { caller } },
      },
      new AbortController().signal,
    );
  return { asked, handled, send };
}

test.for([
  ['POST', '/v1/runs'],
  ['GET', '/v1/runs/{name}'],
  ['GET', '/v1/runs'],
] as const)(
  'the hold function refuses %s %s, which another function answers',
  async ([method, resource]) => {
    const { asked, send } = aHold();

    const { statusCode, body } = await send(method, resource);

    expect(statusCode).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ code: 'UNKNOWN_CALL', exit: 64 });
    expect(asked).toEqual([]);
  },
);

test('the hold function refuses a caller that is no longer in the route file', async () => {
  const { asked, send } = aHold();

  expect((await send('GET', '/v1/runs/{name}/wait', 'gone')).statusCode).toBe(403);
  expect(asked).toEqual([]);
});

test('the hold function waits 20 seconds unless the request says less', async () => {
  const { asked, send } = aHold();

  await send('GET', '/v1/runs/{name}/wait');

  expect(asked).toEqual([{ name: 'N', hold: 20 }]);
});

test('the hold function refuses a time that is no number of seconds', async () => {
  const rig = aLaunchRig();
  const { body } = await rig.start();

  const { status } = await rig.wait(body.name, { hold: 'long' });

  expect(status).toBe(400);
});
