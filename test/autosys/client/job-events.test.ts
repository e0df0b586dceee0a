import { describe, expect, test } from 'vitest';
import { wireProfiles } from '../../../autosys/client/index.ts';
import { JobNotFoundError } from '../../../autosys/errors.ts';
import { parseComment, parseJobName } from '../../../autosys/names.ts';
import { respond, respondWithPage } from '../../../emulator/index.ts';
import { embedAutosys } from '../../support/emulator.ts';

const job = parseJobName('REPAIR');
const comment = parseComment('AWS run-1 FAILED, event e1');
const jil = 'insert_job: REPAIR  job_type: CMD  machine: host1  command: true';
const start = { kind: 'FORCE_STARTJOB', job } as const;

describe('the events of a job', () => {
  test('list the event with its comment and its state, and the statuses that followed', async () => {
    await using autosys = await embedAutosys({ jil });
    await autosys.send({ ...start, comment });

    const { events } = { events: [], ...(await autosys.client.readJobEvents(job)) };

    expect(events).toMatchObject([
      { kind: 'event', name: 'FORCE_STARTJOB', state: 'PD', text: comment },
      { kind: 'status', name: 'STARTING' },
      { kind: 'status', name: 'RUNNING' },
      { kind: 'status', name: 'SUCCESS' },
    ]);
  });

  test('of earlier runs are read by `runsBack`; before the first run there are none', async () => {
    await using autosys = await embedAutosys({ jil });
    await autosys.send({ ...start, comment }, start);

    const before = await autosys.client.readJobEvents(job, { runsBack: 1 });
    const none = await autosys.client.readJobEvents(job, { runsBack: 2 });

    expect(before).toMatchObject({ events: [{ text: comment }, {}, {}, {}] });
    expect(none).toEqual({ kind: 'events', events: [] });
  });

  test.for([
    { when: 'a 404 of its own', fault: respond(404, { body: '{"error":"no such resource"}' }) },
    { when: '403', fault: respond(403) },
    { when: '501', fault: respond(501) },
  ])('are unreadable if the release answers $when', async ({ fault }) => {
    await using autosys = await embedAutosys({ jil });
    autosys.emulator.misbehave(fault, { path: 'command/run' });

    expect(await autosys.client.readJobEvents(job)).toMatchObject({ kind: 'unreadable' });
  });

  test('cannot be read while the web server answers with a page', async () => {
    await using autosys = await embedAutosys({ jil });
    autosys.emulator.misbehave(respondWithPage(404), { path: 'command/run' });

    const reading = autosys.client.readJobEvents(job);

    await expect(reading).rejects.toMatchObject({ code: 'AUTOSYS_UNAVAILABLE', httpStatus: 404 });
  });

  test('are unreadable if pages arrive again and again between replies of AEWS to other requests', async () => {
    await using autosys = await embedAutosys({ jil });
    autosys.emulator.misbehave(respondWithPage(404), { path: 'command/run', times: 'always' });
    const { client } = autosys;

    for (let time = 0; time < 2; time += 1) {
      await expect(client.readJobEvents(job)).rejects.toThrow('AEWS is unavailable');
      await client.sendEvent(start);
    }

    expect(await client.readJobEvents(job)).toMatchObject({ kind: 'unreadable' });
  });

  test('are unreadable if the profile has no request for them', async () => {
    await using autosys = await embedAutosys({ jil });
    const client = autosys.clientWith({ profile: wireProfiles['single-event'] });

    expect(await client.readJobEvents(job)).toMatchObject({ kind: 'unreadable' });
  });

  test('fails when AutoSys has no such job', async () => {
    await using autosys = await embedAutosys({});

    await expect(autosys.client.readJobEvents(job)).rejects.toThrow(JobNotFoundError);
  });
});
