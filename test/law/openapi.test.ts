import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { launchExamples } from '../../docs/launch-examples.ts';
import { launchSchemas } from '../../docs/launch-schemas.ts';
import { refTo } from '../../docs/open-api-schema.ts';
import { openApiPath, printOpenApi, toOpenApi } from '../../docs/write-openapi.ts';
import { launchEndpoints } from '../../lambda/launch/endpoints.ts';
import { readStartRequest } from '../../lambda/launch/read-request.ts';
import { aLaunchRig, aTarget } from '../lambda/launch/rig.ts';
import { findSchemaFaults } from '../support/openapi.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('docs/launch-api.json', () => {
  test('is that of the code; else run: npm run tables', () => {
    expect(readFileSync(openApiPath, 'utf8')).toBe(printOpenApi());
  });

  test('has every endpoint with its method and answers', () => {
    const { paths } = JSON.parse(printOpenApi());

    for (const { path, method, answers, action } of launchEndpoints) {
      const operation = paths[path][method.toLowerCase()];
      expect(operation.operationId).toBe(action);
      expect(Object.keys(operation.responses)).toEqual(
        expect.arrayContaining([...Object.keys(answers), '400', '401', '403', '404', '503']),
      );
    }
  });

  test('refers only to what it contains', () => {
    const document = toOpenApi();
    const references = printOpenApi().matchAll(/"\$ref": "#\/([^"]+)"/g);
    const missing = [...references].flatMap(([, path = '']) => {
      const found = path.split('/').reduce<unknown>((at, name) => {
        return typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined;
      }, document);
      return found === undefined ? [path] : [];
    });

    expect(missing).toEqual([]);
  });

  test.for(Object.entries(launchExamples))('has a valid example of %s', ([name, example]) => {
    expect(findSchemaFaults(example, refTo(name))).toEqual([]);
  });

  test('has an example of a start that the function accepts', () => {
    expect(readStartRequest({ ...launchExamples.StartRequest })).toEqual(
      launchExamples.StartRequest,
    );
  });

  test.for(Object.keys(launchSchemas['StartRequest']?.properties ?? {}))(
    'names the field %s of a start, which the function knows',
    (name) => {
      const read = () => readStartRequest({ target: 'settlement', [name]: null });

      expect(read).not.toThrow('unknown field');
    },
  );
});

describe('a real answer matches its schema', () => {
  const rigs = {
    start: () => {
      const rig = aLaunchRig();
      return { rig, answer: rig.start() };
    },
    unknown: () => {
      const rig = aLaunchRig();
      rig.stepFunctions.next.push({ kind: 'unknown', reason: 'TimeoutError' });
      return { rig, answer: rig.start() };
    },
  };

  test.for(Object.entries(rigs))('to a start: %s', async ([, open]) => {
    const { body } = await open().answer;

    expect(findSchemaFaults(body, refTo('RunAnswer'))).toEqual([]);
  });

  test('to a start for a key', async () => {
    const rig = aLaunchRig();

    const { body } = await rig.start({ job: undefined, run: undefined, try: undefined, key: 'K' });

    expect(body.key).toBe('K');
    expect(findSchemaFaults(body, refTo('RunAnswer'))).toEqual([]);
  });

  test('to a status and a wait, of a run that has ended', async () => {
    const rig = aLaunchRig();
    const { body: started } = await rig.start();
    rig.advance(60_000);
    await rig.report(started.name, { status: 'FAILED' });

    const status = await rig.status(started.name);
    const wait = await rig.wait(started.name, { after: started.rev });

    expect(status.body.exit).toBeDefined();
    expect(wait.body.state).toBe('ENDED');
    for (const { body } of [status, wait]) {
      expect(findSchemaFaults(body, refTo('RunAnswer'))).toEqual([]);
    }
  });

  test('to a restart, and to its plan', async () => {
    const rig = aLaunchRig();
    const { body: started } = await rig.start();
    await rig.report(started.name, { status: 'FAILED' });

    const plan = await rig.restart(started.name, {}, { query: { plan: '1' } });
    const restarted = await rig.restart(started.name);
    const earlier = await rig.status(started.name);

    expect(findSchemaFaults(plan.body, refTo('RestartPlan'))).toEqual([]);
    expect(earlier.body.continuedBy).toBe(restarted.body.name);
    for (const { body } of [restarted, earlier]) {
      expect(findSchemaFaults(body, refTo('RunAnswer'))).toEqual([]);
    }
  });

  test('to a search, by job and by name', async () => {
    const rig = aLaunchRig();
    const { body: started } = await rig.start();

    const byJob = await rig.find({ job: 'NIGHT_EOD' });
    const byName = await rig.find({ name: started.name });

    expect(byName.body.decoded).toBeDefined();
    for (const { body } of [byJob, byName]) {
      expect(findSchemaFaults(body, refTo('FindAnswer'))).toEqual([]);
    }
  });

  test.for([
    { over: { target: 'x' }, code: 'UNKNOWN_TARGET' },
    { over: { params: {} }, code: 'INVALID_INPUT' },
    { over: { job: 'DAY_EOD' }, code: 'NOT_ALLOWED' },
  ])('to a refused start: $code', async ({ over, code }) => {
    const { body } = await aLaunchRig().start(over);

    expect(body.code).toBe(code);
    expect(findSchemaFaults(body, refTo('ApiError'))).toEqual([]);
  });

  test('to the form of the example, which starts the same run', async () => {
    const rig = aLaunchRig({ targets: [aTarget()] });
    const fields = Object.entries(launchExamples.StartForm).map(([name, value]) => [
      name,
      String(value),
    ]);

    const { status, text } = await rig.send('POST', '/v1/runs', {
      headers: form,
      body: new URLSearchParams(fields as [string, string][]).toString(),
    });

    expect(status).toBe(201);
    expect(findSchemaFaults(JSON.parse(text), refTo('RunAnswer'))).toEqual([]);
  });
});

describe('the check of a schema', () => {
  test.for([
    { value: {}, schema: 'RunExit', fault: '$.code: is missing' },
    { value: { code: 1, source: 'x', more: 1 }, schema: 'RunExit', fault: '$.more: is not' },
    { value: { code: 256, source: 'x' }, schema: 'RunExit', fault: '$.code: too large' },
    { value: { code: '1', source: 'x' }, schema: 'RunExit', fault: '$.code: found string' },
    { value: { at: 'now', text: 'x' }, schema: 'RunChange', fault: '$.at: no instant' },
    { value: { error: 1 }, schema: 'RunResult', fault: '$.error: found number' },
    { value: { logStreams: [1] }, schema: 'RunResult', fault: '$.logStreams[0]: found number' },
  ])('finds $fault', ({ value, schema, fault }) => {
    expect(findSchemaFaults(value, refTo(schema)).join()).toContain(fault);
  });
});
