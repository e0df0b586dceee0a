import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AutosysClient } from '../../../autosys/client/index.ts';
import { parseJobName } from '../../../autosys/names.ts';
import { createIncidents, type Incidents } from '../../../cli/play/incidents.ts';
import { bridgeUser, type Worlds } from '../../../cli/play/worlds.ts';
import { type Emulator, startEmulator } from '../../../emulator/index.ts';
import { LocalSecrets } from '../../../local/index.ts';

const jil = `insert_job: BOX  job_type: BOX
insert_job: ETL  job_type: CMD
machine: m
command: sleep 60
box_name: BOX
condition: s(OTHER)
`;

let autosys: Emulator;
let secrets: LocalSecrets;
let incidents: Incidents;

/** The client of the bridge, with the login in the secret. */
async function callAsBridge<Answer>(call: (client: AutosysClient) => Promise<Answer>) {
  const response = await fetch(secrets.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' },
    body: JSON.stringify({ SecretId: 'autosys/ACE' }),
  });
  const { SecretString } = (await response.json()) as { SecretString: string };
  const client = new AutosysClient({
    endpoints: [autosys.url],
    certificateAuthority: autosys.certificateAuthority,
    credentials: async () => JSON.parse(SecretString),
  });
  try {
    return await call(client);
  } finally {
    client.close();
  }
}

const readJob = () => callAsBridge((client) => client.readJob(parseJobName('ETL')));

beforeAll(async () => {
  autosys = await startEmulator({
    jil: [{ name: 'a.jil', text: jil }],
    otherAccounts: [{ user: bridgeUser, password: 'first' }],
    eventDelayMs: 0,
  });
  secrets = await LocalSecrets.start();
  secrets.put('autosys/ACE', JSON.stringify({ username: bridgeUser, password: 'first' }));
  // Only what the incidents use.
  incidents = createIncidents({
    autosyses: new Map([['ACE', autosys]]),
    aws: { secrets },
    config: { instances: [{ name: 'ACE', secret: 'autosys/ACE' }] },
  } as unknown as Worlds);
});

afterAll(async () => {
  await autosys[Symbol.asyncDispose]();
  await secrets[Symbol.asyncDispose]();
});

describe('an incident', () => {
  test.for([
    { kind: 'down', says: /connection/ },
    { kind: 'away', says: /503/ },
    { kind: 'login', says: /401/ },
  ])('$kind fails requests of the bridge until it is mended', async ({ kind, says }) => {
    await readJob();
    const broken = await incidents.breakAutosys({ kind });

    await expect(readJob()).rejects.toThrow(says);
    const again = await incidents.breakAutosys({ kind });
    const mended = await incidents.mendAutosys();

    await readJob();
    expect(broken).toMatchObject({ kind: 'done', lines: [expect.stringMatching(/^ACE: /)] });
    expect(again).toMatchObject({ lines: [expect.stringContaining('broken already')] });
    expect(mended).toMatchObject({ kind: 'done', lines: [expect.stringMatching(/^ACE: /)] });
  });

  test('login leaves the login of the operator as it is', async () => {
    const { password } = autosys;

    await incidents.breakAutosys({ kind: 'login' });
    await incidents.mendAutosys();

    expect(autosys.password).toBe(password);
  });

  test('job renames a job with its definition, and mend renames it back', async () => {
    const before = autosys.instance.job('ETL')?.job;

    await incidents.breakAutosys({ kind: 'job', job: 'ETL' });

    const renamed = autosys.instance.job('ETL_RENAMED')?.job;
    expect(autosys.instance.job('ETL')).toBe(undefined);
    expect(renamed?.attributes).toEqual(before?.attributes);
    const mended = await incidents.mendAutosys();
    expect(mended).toMatchObject({ kind: 'done' });
    expect(autosys.instance.job('ETL_RENAMED')).toBe(undefined);
    expect(autosys.instance.job('ETL')?.job.attributes).toEqual(before?.attributes);
  });

  test('answer loses the answer to one start, after the job has started', async () => {
    await incidents.breakAutosys({ kind: 'answer' });

    const event = { kind: 'FORCE_STARTJOB', job: parseJobName('ETL') } as const;
    await expect(callAsBridge((client) => client.sendEvent(event))).rejects.toThrow(/unknown/);

    await expect.poll(() => autosys.instance.job('ETL')?.status).toBe('RUNNING');
    expect(await incidents.mendAutosys()).toMatchObject({
      lines: [expect.stringContaining('the fault occurred once')],
    });
  });

  test('of a running job is refused with the reason', async () => {
    const refused = await incidents.breakAutosys({ kind: 'job', job: 'ETL' });

    expect(refused).toMatchObject({
      kind: 'refused',
      faults: [expect.stringContaining('job ETL is running and cannot be deleted')],
    });
    expect(await incidents.mendAutosys()).toMatchObject({ lines: ['nothing was broken'] });
  });

  test.for([
    { request: { kind: 'dwn' }, says: /did you mean down\?/ },
    { request: { kind: 'down', instance: 'XXX' }, says: /found "XXX", allowed: ACE/ },
    { request: { kind: 'down', job: 'ETL' }, says: /unexpected job name/ },
    { request: { kind: 'job' }, says: /job name missing/ },
    { request: { kind: 'job', job: 'ETX' }, says: /no job "ETX"; did you mean ETL\?/ },
    { request: { kind: 'job', job: 'BOX' }, says: /BOX is a box/ },
  ])('is refused: $request', async ({ request, says }) => {
    expect(await incidents.breakAutosys(request)).toEqual({
      kind: 'refused',
      faults: [expect.stringMatching(says)],
    });
  });
});
