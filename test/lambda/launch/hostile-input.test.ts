import { describe, expect, test } from 'vitest';
import { maxInputBytes } from '../../../lambda/launch/launch-input.ts';
import { aCaller, aLaunchRig, aTarget } from './rig.ts';

const given = aTarget({ input: 'given', params: {} });
const dayMs = 24 * 60 * 60_000;
const form = { 'content-type': 'application/x-www-form-urlencoded', accept: '*/*' };

/** A rig whose target takes the caller's own JSON, and the answer to one body. */
async function sendInput(input: string) {
  const rig = aLaunchRig({ targets: [given] });
  const body = `{"target":"settlement","job":"NIGHT_EOD","run":1,"try":1,"input":${input}}`;
  const { status, text, headers } = await rig.send('POST', '/v1/runs', { body });
  return { rig, status, text, headers, sent: rig.stepFunctions.calls.map((one) => one.input) };
}

describe('the input of a caller', () => {
  test.each([
    '{"id":12345678901234567890}',
    '{"rate":0.1000000000000000055511151231257827}',
    '[1e400,-0,1.0]',
    '{"__proto__":{"a":1},"constructor":1}',
    '"\\ud800"',
    'null',
  ])('%s reaches AWS with every digit and key', async (input) => {
    const { status, sent } = await sendInput(input);

    expect(status).toBe(201);
    expect(sent).toEqual([input]);
  });

  test('in a form keeps every digit', async () => {
    const rig = aLaunchRig({ targets: [given] });

    await rig.send('POST', '/v1/runs', {
      headers: form,
      body: 'target=settlement&key=K&input=%7B%22id%22%3A12345678901234567890%7D',
    });

    expect(rig.stepFunctions.calls[0]?.input).toBe('{"id":12345678901234567890}');
  });

  test('that differs in one digit beyond 2^53 is other input', async () => {
    const { rig } = await sendInput('{"id":12345678901234567890}');
    const other =
      '{"target":"settlement","job":"NIGHT_EOD","run":1,"try":1,"input":{"id":12345678901234567891}}';

    expect((await rig.send('POST', '/v1/runs', { body: other })).status).toBe(409);
    expect(rig.stepFunctions.calls).toHaveLength(1);
  });

  test('has at most 256 KiB, counted in bytes of UTF-8', async () => {
    const full = JSON.stringify('é'.repeat((maxInputBytes.execution - 2) / 2));
    const above = JSON.stringify(`${'é'.repeat((maxInputBytes.execution - 2) / 2)}x`);

    expect((await sendInput(full)).status).toBe(201);
    const { status, text, sent } = await sendInput(above);
    expect(status).toBe(400);
    expect(text).toContain('found 262145 bytes, allowed: at most 262144');
    expect(sent).toEqual([]);
  });

  test.each([
    ['nested arrays', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['nested objects', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    ['quotes without an end', `"${'\\\\"'.repeat(290_000)}`],
  ])('of very many %s is refused with 400, which is not repeated', async (_, input) => {
    const { rig, status, text, sent } = await sendInput(input);

    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ code: 'INVALID_INPUT', exit: 65 });
    expect(rig.defects).toEqual([]);
    expect(sent).toEqual([]);
  });
});

describe('a body with many faults', () => {
  const many = Object.fromEntries(Array.from({ length: 40_000 }, (_, at) => [`p${at}`, '']));

  test.each([
    [
      'parameters',
      JSON.stringify({ target: 'settlement', job: 'NIGHT_EOD', run: 1, try: 1, params: many }),
    ],
    ['fields', JSON.stringify({ target: 'settlement', ...many })],
    [
      'a long name of a parameter',
      JSON.stringify({
        target: 'settlement',
        job: 'NIGHT_EOD',
        run: 1,
        try: 1,
        params: { ['x'.repeat(400_000)]: '' },
      }),
    ],
    ['a long name of a field', JSON.stringify({ target: 'settlement', ['x'.repeat(400_000)]: '' })],
  ])('%s has a short answer and a short log line', async (_, body) => {
    const rig = aLaunchRig();

    const { status, text } = await rig.send('POST', '/v1/runs', { body });

    expect(status).toBe(400);
    expect(text.length).toBeLessThan(10_000);
    expect(JSON.stringify(rig.handled).length).toBeLessThan(6_000);
  });

  test('in the request of a stop too', async () => {
    const rig = aLaunchRig();
    await rig.start();

    const { status, text } = await rig.send('POST', '/v1/runs/{name}/stop', {
      name: 'NIGHT_EOD-r1620t1-ACE',
      body: JSON.stringify(many),
    });

    expect(status).toBe(400);
    expect(text.length).toBeLessThan(10_000);
    expect(rig.stepFunctions.stopped).toEqual([]);
  });

  test('as a form with more than a thousand fields is refused for each', async () => {
    const rig = aLaunchRig();
    const start = 'target=settlement&job=NIGHT_EOD&run=1&try=1&param.date=2026-11-30';
    // The parser of Node.js ignores what follows the thousandth field.
    const body = `${start}${'&'.repeat(1_000)}&unknown=1`;

    const { status, text } = await rig.send('POST', '/v1/runs', { headers: form, body });

    expect(status).toBe(400);
    expect(text).toContain('unknown: unknown field');
    expect(rig.stepFunctions.calls).toEqual([]);
  });
});

describe('the identity of a run', () => {
  test.each([
    { run: 0 },
    { run: -1 },
    { run: 1.5 },
    { run: 1e15 },
    { run: '1620' },
    { try: 0 },
    { run: undefined },
    { job: 'NIGHT_A/B' },
    { job: 'NIGHT_$A' },
    { job: 'NIGHT_ A' },
    { job: `NIGHT_${'A'.repeat(59)}` },
    { job: 'NIGHT_\u{1d400}' },
    { job: 'NIGHT_\ud800' },
    { job: 'NIGHT_\n' },
    { job: '' },
    { key: 'K' },
    { job: undefined, key: '\ud800' },
    { job: undefined, key: 'x'.repeat(65) },
    { instance: 'XYZ' },
    { instance: '' },
    { launchId: 'a b' },
    { launchId: 'x'.repeat(65) },
    { again: true, launchId: undefined },
  ])('%j is refused', async (over) => {
    const rig = aLaunchRig();

    const { status } = await rig.start(over);

    expect([400, 403]).toContain(status);
    expect(rig.stepFunctions.calls).toEqual([]);
  });

  test.each(['NIGHT_A#B', 'NIGHT_A@B', 'NIGHT_A:B', 'NIGHT_A.B', `NIGHT_${'A'.repeat(58)}`])(
    'of job %s has a name that AWS allows, and is found by it',
    async (job) => {
      const rig = aLaunchRig();

      const { body } = await rig.start({ job });

      expect(body.name).toMatch(/^[0-9A-Za-z][0-9A-Za-z_-]{0,79}$/);
      expect((await rig.status(body.name)).status).toBe(200);
      expect((await rig.find({ job })).body.runs).toHaveLength(1);
      expect((await rig.start({ job })).body.name).toBe(body.name);
      expect(rig.stepFunctions.calls).toHaveLength(1);
    },
  );

  test('keeps targets and jobs apart that differ by case only', async () => {
    const targets = [aTarget({ name: 'other' }), aTarget({ name: 'OTHER', stateMachine: 'O2' })];
    const callers = [aCaller({ targets: ['other', 'OTHER'], jobs: ['*'] })];
    const rig = aLaunchRig({ targets, callers });

    const answers = [
      await rig.start({ target: 'other', job: 'PAY' }),
      await rig.start({ target: 'OTHER', job: 'pay' }),
      await rig.start({ target: 'OTHER', job: 'PAY' }),
      await rig.start({ target: 'Other', job: 'Pay' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([201, 201, 409, 404]);
    const names = rig.stepFunctions.calls.map(({ name }) => name.toLowerCase());
    expect(new Set(names).size).toBe(2);
  });

  test('is refused with run and try of another caller, whatever the target', async () => {
    const callers = [aCaller(), aCaller({ name: 'desk', jobs: ['FX_*'] })];
    const rig = aLaunchRig({ callers });
    await rig.start();

    const { status, body } = await rig.start({}, 'desk');

    expect(status).toBe(403);
    expect(body.message).not.toContain('NIGHT_EOD-r1620');
  });
});

describe('a replayed request', () => {
  test('is one run at the same time, later, and a conflict after a day and after 90 days', async () => {
    const rig = aLaunchRig();
    const [one, other] = await Promise.all([rig.start(), rig.start()]);
    await rig.report('NIGHT_EOD-r1620t1-ACE', { status: 'SUCCEEDED' });

    const statuses: number[] = [];
    for (const ms of [0, dayMs - 1_000, 2_000, 88 * dayMs]) {
      rig.advance(ms);
      statuses.push((await rig.start({ launchId: 'two' })).status);
    }
    const replayed = await rig.start();

    expect([one.status, other.status].sort()).toEqual([201, 202]);
    expect(statuses).toEqual([200, 200, 409, 409]);
    // The launch id shows that it is the same request.
    expect(replayed).toMatchObject({ status: 200, body: { status: 'SUCCEEDED' } });
    expect(rig.stepFunctions.calls).toHaveLength(1);
  });
});

describe('a caller without access to the job', () => {
  const callers = [aCaller(), aCaller({ name: 'desk', targets: ['settlement'], jobs: ['FX_*'] })];

  test('learns nothing by name, ARN, job, or a name that no run has', async () => {
    const rig = aLaunchRig({ callers });
    const { body } = await rig.start();
    const { name, awsId = '' } = body;
    const absent = name.replace('1620', '1621');

    const answers = await Promise.all(
      [name, absent].map(async (one) => [
        await rig.status(one, {}, 'desk'),
        await rig.log(one, undefined, 'desk'),
        await rig.stop(one, {}, 'desk'),
      ]),
    );
    const found = await Promise.all([
      rig.find({ job: 'NIGHT_EOD' }, 'desk'),
      rig.find({ arn: awsId }, 'desk'),
      rig.find({ id: 'b0c1' }, 'desk'),
      rig.find({ name }, 'desk'),
    ]);

    const texts = answers.map((list, at) =>
      JSON.stringify(list.map(({ status, body }) => ({ status, body }))).replaceAll(
        at === 0 ? name : absent,
        'NAME',
      ),
    );
    expect(texts[0]).toBe(texts[1]);
    expect(answers.flat().map(({ status }) => status)).toEqual(Array(6).fill(403));
    expect(found.flatMap(({ body }) => body.runs)).toEqual([]);
    expect((await rig.find({ name: absent }, 'desk')).body.by).toBe(found[3]?.body.by);
    expect(rig.stepFunctions.stopped).toEqual([]);
  });

  test('learns no job by the id of a Batch job', async () => {
    const rig = aLaunchRig({ callers });
    const { name } = (await rig.start()).body;
    const { launch } = (await rig.readLaunch(name)) ?? {};
    const id = '4c7599ae-0a82-49aa-ba5a-4727fcce14a8';
    if (launch) {
      await rig.runs.record({
        ...{ ...launch, workload: 'batchJob', batch: { jobQueue: 'night' } },
        aws: { id, beganMs: rig.nowMs() },
      });
    }

    expect((await rig.find({ id })).body).toMatchObject({ decoded: { job: 'NIGHT_EOD' } });
    expect((await rig.find({ id }, 'desk')).body).toEqual(
      (await rig.find({ id: 'x' }, 'desk')).body,
    );
  });

  test('costs no look-up of a job', async () => {
    const reads: string[] = [];
    const rig = aLaunchRig({
      callers,
      wrap: (table) => ({
        ...table,
        get: (key) => {
          reads.push(key);
          return table.get(key);
        },
        ofTarget: (target, options) => {
          reads.push(target);
          return table.ofTarget(target, options);
        },
      }),
    });
    await rig.start();
    reads.length = 0;

    await rig.find({ job: 'NIGHT_EOD' }, 'desk');
    await rig.find({ job: 'NIGHT_EOD', run: '1620', try: '1' }, 'desk');

    expect(reads).toEqual([]);
  });

  test('may not see a run with a key that another caller has started', async () => {
    const rig = aLaunchRig({ callers });
    const { body } = await rig.start({ job: undefined, run: undefined, try: undefined, key: 'K' });

    expect((await rig.status(body.name, {}, 'desk')).status).toBe(403);
    expect((await rig.stop(body.name, {}, 'desk')).status).toBe(403);
    expect((await rig.find({ key: 'K' }, 'desk')).body.runs).toEqual([]);
    const start = { job: undefined, run: undefined, try: undefined, key: 'K', launchId: 'two' };
    for (const again of [false, true]) {
      const { status, body: refused } = await rig.start({ ...start, again }, 'desk');
      expect(status).toBe(409);
      expect(refused.message).toBe('key K is used by another caller');
    }
    expect(rig.stepFunctions.calls).toHaveLength(1);
  });
});

describe('the name of a run', () => {
  test.each(['..', '%2F', 'a/b', '', ' ', '\u0000', 'é', 'x'.repeat(5_000), '__proto__', '\ud800'])(
    '%.20j is not the name of a run',
    async (name) => {
      const rig = aLaunchRig();
      await rig.start();

      const answers = [await rig.status(name), await rig.stop(name), await rig.log(name)];

      for (const { status, body } of answers) {
        expect([403, 404]).toContain(status);
        expect(body.message.length).toBeLessThan(400);
      }
      expect(rig.stepFunctions.stopped).toEqual([]);
    },
  );
});

describe('a search', () => {
  test.each([
    { job: 'x'.repeat(5_000) },
    { job: '' },
    { key: 'x'.repeat(5_000) },
    { name: 'x'.repeat(5_000) },
    { arn: 'arn' },
    { arn: `arn:aws:states:eu-west-1:1:execution:m:${'x'.repeat(5_000)}` },
    { id: 'x'.repeat(5_000) },
    { id: '' },
    { job: 'NIGHT_EOD', run: 'x', try: '-1' },
  ] as Readonly<Record<string, string>>[])(
    'for %.60j finds nothing, or is refused',
    async (query) => {
      const { status, body } = await aLaunchRig().find(query);

      expect([200, 400]).toContain(status);
      expect(body.runs ?? []).toEqual([]);
    },
  );
});
