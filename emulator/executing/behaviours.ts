import type { EventSupport } from '../event-support.ts';

/** A behaviour of the agent that executes commands, and how well it follows a real agent. */
export interface ExecutedBehaviour {
  readonly behaviour: string;
  readonly support: EventSupport['support'];
  /** Where the behaviour of a real agent is known from. */
  readonly evidence: string;
  readonly note: string;
}

/** Printed into the documentation. */
export const executedBehaviours: readonly ExecutedBehaviour[] = [
  {
    behaviour: 'jobs',
    support: 'approximate',
    evidence: 'documented',
    note: 'CMD jobs on the named machines; every other job is simulated. Of several machines of a job the first one counts',
  },
  {
    behaviour: '`command`',
    support: 'supported',
    evidence: 'documented',
    note: 'run by `/bin/sh -c`, or by the `shell` of the job (inferred), in a session and process group of its own; `$$NAME` is substituted before',
  },
  {
    behaviour: '`AUTO_JOB_NAME`, `AUTORUN`, `AUTOSERV`',
    support: 'supported',
    evidence: 'documented (Broadcom KB 186469)',
    note: 'AUTORUN is `run_num/ntry`, such as `1620/1`',
  },
  {
    behaviour: 'further environment',
    support: 'approximate',
    evidence: 'inferred',
    note: 'HOME, LANG, LC_ALL, LC_CTYPE, LOGNAME, PATH, TMPDIR, TZ and USER of the emulator, and what its settings add; no `/etc/auto.profile`',
  },
  {
    behaviour: '`profile`',
    support: 'approximate',
    evidence: 'documented; the result of a missing profile is inferred',
    note: 'read by the shell before the command, which gets the exported variables; a missing profile fails the job with the exit code of the shell',
  },
  {
    behaviour: '`owner`, working directory',
    support: 'absent',
    evidence: 'documented',
    note: 'every command runs as the user of the emulator, in the directory in which the emulator was started',
  },
  {
    behaviour: '`envvars`, `chk_files`, `ulimit`',
    support: 'absent',
    evidence: 'documented',
    note: 'ignored; the event log says so at RUNNING',
  },
  {
    behaviour: '`std_out_file`, `std_err_file`',
    support: 'supported',
    evidence: 'documented',
    note: '`>` truncates, `>>` or no prefix appends; global variables (`$$NAME`) and variables of the job, such as `$AUTO_JOB_NAME`, are substituted. Without a file the last 64 KiB are kept for tests',
  },
  {
    behaviour: '`std_in_file`',
    support: 'supported',
    evidence: 'documented',
    note: 'else the input is empty',
  },
  {
    behaviour: 'command that cannot be started',
    support: 'approximate',
    evidence: '20007 as a code of an agent failure is documented, its use here is inferred',
    note: 'FAILURE with exit code 20007 whatever the exit code rules say, for example if the directory of a std file does not exist',
  },
  {
    behaviour: 'exit code',
    support: 'supported',
    evidence: 'documented; 128 + signal is measured',
    note: 'of the shell: 127 for an unknown command, 128 + n for a command that signal n ended',
  },
  {
    behaviour: 'shell ended by a signal that no KILLJOB sent',
    support: 'approximate',
    evidence: 'inferred from Broadcom KB 214850',
    note: 'TERMINATED with the text `Aborted, Signal n` and without an exit code; not retried',
  },
  {
    behaviour: 'KILLJOB, end of `term_run_time`',
    support: 'approximate',
    evidence:
      'documented for legacy UNIX agents ("Legacy Kill Signals"); the target is not established',
    note: 'TERMINATED at once; the signals 2 and 9, 5 s apart, go to the process group. Signals, interval and target are settings',
  },
  {
    behaviour: 'KILLJOB on Windows',
    support: 'approximate',
    evidence: 'documented',
    note: 'setting `terminate`: the shell alone is ended at once by SIGKILL; signals are ignored',
  },
  {
    behaviour: '`sendevent -K`, SEND_SIGNAL',
    support: 'approximate',
    evidence: 'documented for KILLJOB; names of signals are inferred',
    note: 'the signals of the list are sent with the same interval and target',
  },
  {
    behaviour: 'processes left in the background',
    support: 'approximate',
    evidence: 'documented for agent 4.5 (Broadcom KB 52591), else inferred',
    note: 'the job ends with its shell; what is left in its process group runs until the emulator stops',
  },
];
