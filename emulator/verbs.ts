import type { AutosysEventKind } from '../autosys/event.ts';

/**
 * Verb to event under `/AEWS/event/`: newest table of one client (seen in code); the first two are
 * proven.
 */
export const verbsOfFamilyA = {
  'start-job': 'STARTJOB',
  'force-start-job': 'FORCE_STARTJOB',
  'restart-job': 'RESTARTJOB',
  'hold-job': 'JOB_ON_HOLD',
  'off-hold-job': 'JOB_OFF_HOLD',
  'ice-job': 'JOB_ON_ICE',
  'off-ice-job': 'JOB_OFF_ICE',
  'noexec-job': 'JOB_ON_NOEXEC',
  'off-noexec-job': 'JOB_OFF_NOEXEC',
  'change-status-job': 'CHANGE_STATUS',
  'reply-job': 'REPLY_RESPONSE',
  'send-signal-job': 'SEND_SIGNAL',
  'release-resources-job': 'RELEASE_RESOURCE',
  'suspend-job': 'SUSPENDJOB',
  'resume-job': 'RESUMEJOB',
  'kill-job': 'KILLJOB',
  'comment-job': 'COMMENT',
  'change-priority-job': 'CHANGE_PRIORITY',
  'alarm-job': 'ALARM',
  'delete-job': 'DELETEJOB',
  'machine-offline': 'MACH_OFFLINE',
  'machine-online': 'MACH_ONLINE',
  'stop-demon': 'STOP_DEMON',
} as const satisfies Record<string, AutosysEventKind>;

/** Verb to event under `/AEWS/api/event/`: older table of the same client (seen in code). */
export const verbsOfFamilyB = {
  'start-job': 'STARTJOB',
  'force-start-job': 'FORCE_STARTJOB',
  'on-hold': 'JOB_ON_HOLD',
  'off-hold': 'JOB_OFF_HOLD',
  'on-ice': 'JOB_ON_ICE',
  'off-ice': 'JOB_OFF_ICE',
  'on-noexec': 'JOB_ON_NOEXEC',
  'off-noexec': 'JOB_OFF_NOEXEC',
  'change-status': 'CHANGE_STATUS',
  reply: 'REPLY_RESPONSE',
  'send-signal': 'SEND_SIGNAL',
  'release-resource': 'RELEASE_RESOURCE',
  suspend: 'SUSPENDJOB',
  resume: 'RESUMEJOB',
  comment: 'COMMENT',
  'change-priority': 'CHANGE_PRIORITY',
  alarm: 'ALARM',
} as const satisfies Record<string, AutosysEventKind>;
