import { describe, expect, test } from 'vitest';
import { codeOf, isErrorLine } from '../../../autosys/client/code-line.ts';
import { wireProfiles } from '../../../autosys/client/index.ts';
import { AutosysRefusedError, JobNotFoundError } from '../../../autosys/errors.ts';
import { parseComment, parseGlobalName, parseJobName } from '../../../autosys/names.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { type Answer, serve } from '../../support/servers.ts';
import { clientFor, failureOf } from './setup.ts';

const authority = await makeAuthority();
const trust = { certificateAuthority: authority.certificate };
/** A valid name that begins like an error code. */
const job = parseJobName('CAUAJM_E_50027_load');
const variable = parseGlobalName('NOTE');
const code = 'CAUAJM_E_50027 Invalid Job Name: x';

test.for([
  { line: 'CAUAJM_E_50027 Invalid Job Name: x', code: 'CAUAJM_E_50027', isError: true },
  { line: '  \tCAUAJM_E_1: no', code: 'CAUAJM_E_1', isError: true },
  { line: 'CAUAJM_E_10302', code: 'CAUAJM_E_10302', isError: true },
  { line: 'CAUAJM_W_71021 Denied', code: 'CAUAJM_W_71021', isError: false },
  { line: 'CAUAJM_I_60001 Job (x) has already started.', code: 'CAUAJM_I_60001', isError: false },
  { line: 'job CAUAJM_E_50027 is here', code: undefined, isError: false },
  { line: 'CAUAJM_E_50027_load', code: undefined, isError: false },
  { line: 'CAUAJM_E_50027#1', code: undefined, isError: false },
  { line: 'CAUAJM_E_', code: undefined, isError: false },
  { line: 'cauajm_e_1 no', code: undefined, isError: false },
  { line: '', code: undefined, isError: false },
])('recognizes a message code at the start of a line: $line', ({ line, code: found, isError }) => {
  expect(codeOf(line)).toBe(found);
  expect(isErrorLine(line)).toBe(isError);
});

/** Creates a client and a server that always sends this reply. */
async function answering(answer: Answer, profile: keyof typeof wireProfiles = 'standard') {
  const server = await serve(authority.server, () => answer);
  const client = clientFor([server.url], { ...trust, profile: wireProfiles[profile] });
  return {
    client,
    async [Symbol.asyncDispose]() {
      client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
const json = (value: unknown, status = 200) => ({ status, body: JSON.stringify(value) });

describe('an event', () => {
  const send = { kind: 'JOB_ON_HOLD', job } as const;

  test.for([
    { what: 'a text with a job named like a code', answer: { status: 200, body: `${job} held` } },
    { what: 'a text that quotes a code', answer: { status: 200, body: `Event sent: ${code}` } },
    { what: 'JSON that repeats its comment', answer: json({ jobName: job, comment: code }) },
    { what: 'JSON that repeats its value', answer: json({ globalName: 'X', globalValue: code }) },
    { what: 'stdOut that quotes a code', answer: json({ stdOut: [`sent, comment ${code}`] }) },
    { what: 'a remark', answer: json({ stdOut: [], stdErr: ['CAUAJM_I_1 noted'] }) },
  ])('is accepted by $what', async ({ answer }) => {
    await using autosys = await answering(answer);

    expect(await autosys.client.sendEvent(send)).toMatchObject({ httpStatus: 200 });
  });

  test.for([
    { what: 'a line', answer: { status: 200, body: 'sending\r\nCAUAJM_E_10054 no\r\n' } },
    { what: 'a line of stdOut', answer: json({ stdOut: ['sending', ' CAUAJM_E_10054 no'] }) },
    { what: 'a text of several lines in stdErr', answer: json({ stdErr: 'a\nCAUAJM_E_10054 no' }) },
    { what: 'a field of an unknown name', answer: json({ result: { text: 'CAUAJM_E_10054 no' } }) },
  ])('is rejected by $what', async ({ answer }) => {
    await using autosys = await answering(answer);

    const failure = await failureOf(autosys.client.sendEvent(send));

    expect(failure).toBeInstanceOf(AutosysRefusedError);
    expect(failure.message).toContain('CAUAJM_E_10054 no');
  });

  test('is not about an unknown job if a 400 contains a job named like the code', async () => {
    await using autosys = await answering(json({ error: `no owner for ${job}` }, 400));

    expect(await failureOf(autosys.client.sendEvent(send))).not.toBeInstanceOf(JobNotFoundError);
  });
});

describe('a reading', () => {
  test.for([
    json({ job: [{ name: job, status: '4', description: code }] }),
    json({ name: job, status: '4', description: `${code}\nCAUAJM_E_1` }),
  ])('of a job is not spoilt by its description: $body', async (answer) => {
    await using autosys = await answering(answer);

    expect((await autosys.client.readJob(job)).status).toBe('SUCCESS');
  });

  const summaryOf = (name: string) => [
    'Job Name              Last Start           Last End             ST/Ex Run/Ntry Pri/Xit',
    '_____________________ ____________________ ____________________ _____ ________ _______',
    `${name.padEnd(21)} 09/07/2026 10:17:34  09/07/2026 10:19:00  SU    16/1     0`,
  ];

  test.for(['CAUAJM_E_50027_load', 'CAUAJM_E_50027'])(
    'of a summary is not spoilt by the name of the job: %s',
    async (name) => {
      await using autosys = await answering(json({ stdOut: summaryOf(name) }), 'command-run');

      expect((await autosys.client.readJob(parseJobName(name))).status).toBe('SUCCESS');
    },
  );

  test('of a summary is refused where a line without the job says so', async () => {
    await using autosys = await answering(json({ stdOut: [code] }), 'command-run');

    expect(await failureOf(autosys.client.readJob(job))).toBeInstanceOf(JobNotFoundError);
  });

  test.for([code, `note: ${code}`])('of a variable tells its value: %s', async (value) => {
    await using autosys = await answering(json({ stdOut: [value] }));

    expect(await autosys.client.readGlobalVariable(variable)).toEqual({ kind: 'value', value });
  });

  test('of a command keeps what quotes a code on stdout', async () => {
    await using autosys = await answering({ status: 200, body: `NOTE  ${code}\nend` });

    expect(await autosys.client.runCommand('autorep -G ALL')).toEqual({
      stdOut: [`NOTE  ${code}`, 'end'],
      stdErr: [],
    });
  });
});

describe('a start of a job that runs already', () => {
  const start = { kind: 'FORCE_STARTJOB', job } as const;
  const restricted = 'CAUAJM_I_60001 Job (x) has already started. FORCE_STARTJOB has no effect.';

  test.for([
    { what: 'a text', answer: { status: 200, body: restricted } },
    { what: 'stdOut', answer: json({ stdOut: [restricted] }) },
    { what: 'stdErr', answer: json({ stdErr: [restricted] }) },
    { what: '201', answer: { status: 201, body: 'Job x is already RUNNING' } },
    { what: '400', answer: { status: 400, body: 'Job x is already RUNNING' } },
    { what: '409', answer: json({ error: 'Job x is already RUNNING' }, 409) },
    { what: '500', answer: { status: 500, body: 'Job x is already RUNNING' } },
  ])('is refused in the words of AutoSys: $what', async ({ answer }) => {
    await using autosys = await answering(answer);

    const failure = await failureOf(autosys.client.sendEvent(start));

    expect(failure).toMatchObject({ code: 'AUTOSYS_REFUSED', disposition: 'reject' });
    expect(failure.message).toMatch(/already (RUNNING|started)/);
  });

  test.for([
    { kind: 'JOB_ON_HOLD', job } as const,
    { kind: 'COMMENT', job, comment: parseComment('x') } as const,
  ])('is another event where $kind is sent, which is accepted', async (event) => {
    await using autosys = await answering({ status: 200, body: 'Job x is already RUNNING' });

    expect(await autosys.client.sendEvent(event)).toMatchObject({ httpStatus: 200 });
  });

  test('is told from a start in a box that runs already', async () => {
    const body = 'CAUAJM_W_19102 Added job x into an already running box. Sent the STARTJOB event';
    await using autosys = await answering({ status: 200, body });

    expect(await autosys.client.sendEvent(start)).toMatchObject({ httpStatus: 200 });
  });
});
