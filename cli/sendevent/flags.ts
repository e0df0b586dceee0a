import type { AutosysFlag } from '../command.ts';

/** The flags of sendevent, for --help; what may stand behind them is for `autosys/sendevent.ts` to say. */
export const sendeventFlags: Readonly<Record<string, AutosysFlag>> = {
  '-E': { value: 'EVENT', about: 'the event, such as FORCE_STARTJOB or SET_GLOBAL' },
  '-S': {
    value: 'INSTANCE',
    about: 'the AutoSys instance; checked only with command-run, else a remark',
  },
  '-J': { value: 'JOB', about: 'the job' },
  '-B': { value: 'GROUP', about: 'all jobs of a group; only where the profile is command-run' },
  '-I': { value: 'APPLICATION', about: 'all jobs of an application; only with command-run' },
  '-s': { value: 'STATUS', about: 'the new status of CHANGE_STATUS' },
  '-G': { value: 'NAME=value', about: 'the variable of SET_GLOBAL' },
  '-C': { value: 'COMMENT', about: 'free text for operators, 255 characters at most' },
  '-A': { value: 'ALARM', about: 'the alarm of ALARM' },
  '-q': { value: 'PRIORITY', about: 'the queue priority of CHANGE_PRIORITY' },
  '-K': { value: 'SIGNALS', about: 'the signals of KILLJOB and SEND_SIGNAL, such as 15,9' },
  '-N': { value: 'MACHINE', about: 'the machine of MACH_OFFLINE and MACH_ONLINE' },
  '-r': { value: 'RESPONSE', about: 'the answer of REPLY_RESPONSE' },
  '-T': { value: '"MM/DD/YYYY HH:MM"', about: 'when to process it; only with command-run' },
  '-P': { value: 'PRIORITY', about: 'the priority of the event itself; only with command-run' },
  '-M': { value: 'TRIES', about: 'how often sending is tried; only with command-run' },
  '-U': { about: 'take the last such event back; only with command-run' },
  '-usr': { value: 'USER', about: 'ignored, see --user' },
  '-pw': { value: 'PASSWORD', about: 'ignored, see --password-file' },
  '-pwx': { value: 'PASSWORD', about: 'ignored, see --password-file' },
  '-saml': { value: 'TOKEN', about: 'ignored, see --user' },
  '-x': { about: 'not supported' },
  '-?': { about: 'not supported, see --help' },
};
