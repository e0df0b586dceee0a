import type { AutosysFlag } from '../command.ts';

/** The flags of autorep, for --help. `autosys/autorep` parses them. */
export const autorepFlags: Readonly<Record<string, AutosysFlag>> = {
  '-J': {
    value: 'JOB',
    about: 'jobs, by name, pattern (% or *) or ALL; a box includes its members',
  },
  '-G': { value: 'VARIABLE', about: 'global variables, by name, pattern (% or *) or ALL' },
  '-M': { value: 'MACHINE', about: 'machines' },
  '-s': { about: 'summary (default)' },
  '-d': { about: 'details: events of the last run' },
  '-q': { about: 'definitions as JIL' },
  '-o': { value: 'NUMBER', about: 'override with this number' },
  '-w': { about: 'with -q: long keywords in conditions' },
  '-n': { about: 'narrow columns' },
  '-t': { about: 'print the time zone below the name' },
  '-R': { value: 'RUN', about: 'run number; 0 for the last run, -1 for the one before; also -r' },
  '-L': { value: 'LEVEL', about: 'maximum depth of box members; 0 for only the box' },
  '-B': { value: 'GROUP', about: 'jobs of a group' },
  '-I': { value: 'APPLICATION', about: 'jobs of an application' },
  '-Y': { value: 'TYPE', about: 'user-defined job types' },
  '-C': { value: 'PROFILE', about: 'connection profiles' },
  '-Q': { value: 'JOB', about: 'queued jobs' },
  '-X': { value: 'INSTANCE', about: 'external instances' },
  '-V': { value: 'RESOURCE', about: 'resources' },
  '-z': { value: 'GLOB', about: 'globs' },
  '-p': { about: 'passed to AutoSys unchanged' },
  '-a': { about: 'passed to AutoSys unchanged' },
  '-f': {
    value: 'DIRECTORY',
    about: 'passed to AutoSys unchanged; a directory on the server',
  },
  '-usr': { value: 'USER', about: 'ignored; use --user' },
  '-pw': { value: 'PASSWORD', about: 'ignored; use --password-file' },
  '-pwx': { value: 'PASSWORD', about: 'ignored; use --password-file' },
  '-saml': { value: 'TOKEN', about: 'ignored; use --user' },
};
