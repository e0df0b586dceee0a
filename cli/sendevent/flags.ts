import type { AutosysFlag } from '../command.ts';

/** The flags of sendevent, for --help. `autosys/sendevent.ts` parses them. */
export const sendeventFlags: Readonly<Record<string, AutosysFlag>> = {
  '-E': { value: 'EVENT', about: 'event, such as FORCE_STARTJOB or SET_GLOBAL' },
  '-S': {
    value: 'INSTANCE',
    about: 'AutoSys instance; without profile command-run it has no effect',
  },
  '-J': { value: 'JOB', about: 'job' },
  '-B': { value: 'GROUP', about: 'all jobs of a group; only with profile command-run' },
  '-I': {
    value: 'APPLICATION',
    about: 'all jobs of an application; only with profile command-run',
  },
  '-s': { value: 'STATUS', about: 'new status, for CHANGE_STATUS' },
  '-G': { value: 'NAME=value', about: 'variable and value, for SET_GLOBAL' },
  '-C': { value: 'COMMENT', about: 'comment for operators, at most 255 characters' },
  '-A': { value: 'ALARM', about: 'alarm, for ALARM' },
  '-q': { value: 'PRIORITY', about: 'queue priority, for CHANGE_PRIORITY' },
  '-K': { value: 'SIGNALS', about: 'signals, for KILLJOB and SEND_SIGNAL, such as 15,9' },
  '-N': { value: 'MACHINE', about: 'machine, for MACH_OFFLINE and MACH_ONLINE' },
  '-r': { value: 'RESPONSE', about: 'response, for REPLY_RESPONSE' },
  '-T': {
    value: '"MM/DD/YYYY HH:MM"',
    about: 'time to process the event; only with profile command-run',
  },
  '-P': { value: 'PRIORITY', about: 'priority of the event; only with profile command-run' },
  '-M': { value: 'TRIES', about: 'maximum number of send tries; only with profile command-run' },
  '-U': { about: 'cancel the last such event; only with profile command-run' },
  '-usr': { value: 'USER', about: 'ignored; use --user' },
  '-pw': { value: 'PASSWORD', about: 'ignored; use --password-file' },
  '-pwx': { value: 'PASSWORD', about: 'ignored; use --password-file' },
  '-saml': { value: 'TOKEN', about: 'ignored; use --user' },
  '-x': { about: 'not supported' },
  '-?': { about: 'not supported; use --help' },
};
