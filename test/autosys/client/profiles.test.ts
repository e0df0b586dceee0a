import { describe, expect, test } from 'vitest';
import { checkProfile } from '../../../autosys/client/profile-check.ts';
import {
  overrideProfile,
  ProfileError,
  parseProfile,
  wireProfiles,
} from '../../../autosys/client/profiles.ts';

/** The faults of a profile, as `path: message`. */
function faultsOf(value: unknown): readonly string[] {
  try {
    parseProfile(value);
  } catch (error) {
    if (error instanceof ProfileError) {
      return error.faults.map(({ path, message }) => `${path.join('.')}: ${message}`);
    }
    throw error;
  }
  return [];
}

describe('the built-in profiles', () => {
  test.for(Object.values(wireProfiles))('are valid: $name', (profile) => {
    expect(checkProfile(profile)).toEqual([]);
  });

  test.for(Object.entries(wireProfiles))('have their own name: %s', ([name, profile]) => {
    expect(profile.name).toBe(name);
  });

  test('list the evidence for each request', () => {
    const { events } = wireProfiles.standard;

    expect([
      events.FORCE_STARTJOB?.evidence,
      events.STARTJOB?.evidence,
      events.SET_GLOBAL?.evidence,
      events.KILLJOB?.evidence,
    ]).toEqual(['documented', 'seen', 'inferred', 'inferred']);
  });
});

describe('a profile in a configuration', () => {
  test.for(Object.keys(wireProfiles))('may be the built-in name %s', (name) => {
    expect(parseProfile(name).name).toBe(name);
  });

  test('is standard by default', () => {
    expect(parseProfile(undefined)).toBe(wireProfiles.standard);
  });

  test('changes only the entries that it contains', () => {
    const profile = parseProfile({
      extends: 'api-prefix',
      basePath: '/AEWS/v2',
      success: { kind: 'text', contains: 'ok' },
      events: {
        SET_GLOBAL: { path: 'global', body: { n: '{globalVariable}', v: '{value}' } },
        KILLJOB: { path: 'kill/{job}', success: { kind: 'status' } },
        ALARM: 'none',
      },
      readJob: [{ path: 'jobs/{job}', reads: 'json' }],
      readGlobalVariable: { method: 'GET', path: 'global/{globalVariable}', reads: 'text' },
      runCommand: 'none',
    });

    const { events, ...rest } = profile;
    expect(rest).toMatchObject({
      name: 'api-prefix with overrides',
      basePath: '/AEWS/v2',
      success: { kind: 'text', contains: 'ok' },
      readJob: [{ method: 'GET', path: 'jobs/{job}', reads: 'json', evidence: 'site' }],
      readGlobalVariable: {
        method: 'GET',
        path: 'global/{globalVariable}',
        reads: 'text',
        evidence: 'site',
      },
      readJil: wireProfiles['api-prefix'].readJil,
      loadJil: wireProfiles['api-prefix'].loadJil,
    });
    expect('runCommand' in rest).toBe(false);
    expect(rest.readGlobalVariable).not.toHaveProperty('body');
    expect(events).toEqual({
      ...wireProfiles['api-prefix'].events,
      SET_GLOBAL: {
        method: 'POST',
        path: 'global',
        body: { n: '{globalVariable}', v: '{value}' },
        evidence: 'site',
      },
      KILLJOB: {
        method: 'POST',
        path: 'kill/{job}',
        success: { kind: 'status' },
        evidence: 'site',
      },
      ALARM: undefined,
    });
  });

  test.for([
    { value: 'none', requests: undefined },
    { value: [], requests: [] },
    {
      value: [{ path: 'events/{job}', method: 'GET' }],
      requests: [{ path: 'events/{job}', method: 'GET', evidence: 'site' }],
    },
    {
      value: [{ path: 'command/run', body: { command: 'autorep -d -J {job}' } }],
      requests: [
        {
          path: 'command/run',
          method: 'POST',
          body: { command: 'autorep -d -J {job}' },
          evidence: 'site',
        },
      ],
    },
  ])('sets the requests for the events of a job: $value', ({ value, requests }) => {
    expect(parseProfile({ readJobEvents: value }).readJobEvents).toEqual(requests);
  });

  test.for<{ what: string; value: unknown; faults: readonly string[] }>([
    {
      what: 'events that are not a list',
      value: { readJobEvents: { path: 'x/{job}' } },
      faults: ['readJobEvents: found an object, expected the word none or a list of requests'],
    },
    {
      what: 'events without the job',
      value: { readJobEvents: [{ path: 'x', body: { command: '{alarm}' } }] },
      faults: [
        'readJobEvents.0.body.command: found {alarm}, allowed here: {job}',
        'readJobEvents.0: missing {job} in path or body',
      ],
    },
    {
      what: 'an unknown name',
      value: 'standart',
      faults: [
        ': found "standart", expected one of standard, api-prefix, api-job-field, single-event, single-event-str, command-run',
      ],
    },
    { what: 'a number', value: 7, faults: [': found 7, expected an object'] },
    { what: 'a list', value: [], faults: [': found a list, expected an object'] },
    { what: 'nothing at all', value: null, faults: [': found nothing, expected an object'] },
    {
      what: 'everything wrong at once',
      value: {
        extends: 'x',
        base: 1,
        basePath: 'AEWS/',
        success: { kind: 'text' },
        events: {
          SET_GLOBL: {},
          STARTJOB: { method: 'PUT', path: '/event/{globalVariable}', body: { a: 1 } },
          SET_GLOBAL: { body: { globalName: '{globalVariable}' } },
          KILLJOB: null,
        },
        readJob: {},
        readJil: { reads: 'json' },
        loadJil: { reads: 'text' },
      },
      faults: [
        'base: found an unknown name, allowed: extends, basePath, success, events, readJob, readGlobalVariable, readJobEvents, readJil, loadJil, runCommand',
        'extends: found "x", expected one of standard, api-prefix, api-job-field, single-event, single-event-str, command-run',
        'success.contains: found nothing, expected text',
        expect.stringMatching(/^events\.SET_GLOBL: found an unknown name, allowed: STARTJOB, /),
        'events.STARTJOB.method: found "PUT", expected GET or POST',
        'events.STARTJOB.body.a: found 1, expected text',
        'events.KILLJOB: found nothing, expected the word none or an object',
        'readJob: found an object, expected a list of requests',
        'readJil.reads: found "json", expected text or stdOut',
        'loadJil.reads: found an unknown name, allowed: method, path, body, success',
        'basePath: found "AEWS/", expected a path such as /AEWS',
        'events.STARTJOB.path: found "/event/{globalVariable}", expected a path under the base path such as event/start-job',
        'events.STARTJOB.path: found {globalVariable}, allowed here: {job} {comment} {command}',
        'events.STARTJOB: missing {job} in path or body',
        'events.SET_GLOBAL: missing {value} in path or body',
      ],
    },
    {
      what: 'a body in a GET and a missing path',
      value: {
        extends: 'api-job-field',
        events: { KILLJOB: { method: 'GET', path: 'kill/{job}', body: { a: 'b' } } },
        runCommand: { body: { c: '{command}' } },
      },
      faults: [
        'events.KILLJOB.body: found a body, expected none for GET',
        'runCommand.path: found "", expected a path under the base path such as event/start-job',
      ],
    },
    {
      what: 'a path outside of the base path',
      value: { events: { STARTJOB: { path: 'event/../../admin/{job}' } } },
      faults: [
        'events.STARTJOB.path: found "event/../../admin/{job}", expected a path under the base path such as event/start-job',
      ],
    },
  ])('rejects $what', ({ value, faults }) => {
    expect(faultsOf(value)).toEqual(faults);
  });

  test('rejects an override without a required field', () => {
    const override = () =>
      overrideProfile(wireProfiles.standard, {
        events: { CHANGE_STATUS: { body: { jobName: '{job}' } } },
      });

    expect(override).toThrow(
      'wire profile: events.CHANGE_STATUS: missing {status} in path or body',
    );
  });
});
