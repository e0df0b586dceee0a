import type { CliCommand } from '../command.ts';

/**
 * The commands by name, in the order of the overview.
 *
 * A command is loaded when it is needed, so that `sendevent` does not load the embedded AutoSys.
 */
export const commands: Readonly<Record<string, () => Promise<CliCommand>>> = {
  demo: async () => (await import('./demo.ts')).demo,
  play: async () => (await import('./play.ts')).playCommand,
  trigger: async () => (await import('./trigger.ts')).trigger,
  break: async () => (await import('./break.ts')).breakCommand,
  mend: async () => (await import('./mend.ts')).mend,
  emulate: async () => (await import('./emulate.ts')).emulate,
  validate: async () => (await import('./validate.ts')).validate,
  package: async () => (await import('./package.ts')).packageCommand,
  explain: async () => (await import('./explain.ts')).explain,
  doctor: async () => (await import('./doctor.ts')).doctor,
  sendevent: async () => (await import('./sendevent.ts')).sendevent,
  autorep: async () => (await import('./autorep.ts')).autorep,
  jil: async () => (await import('./jil.ts')).jil,
  'jil-for': async () => (await import('./jil-for.ts')).jilFor,
  parked: async () => (await import('./parked.ts')).parked,
  replay: async () => (await import('./replay.ts')).replay,
  dismiss: async () => (await import('./dismiss.ts')).dismiss,
  status: async () => (await import('./status.ts')).status,
  ask: async () => (await import('./ask.ts')).ask,
  tonight: async () => (await import('./tonight.ts')).tonight,
  night: async () => (await import('./night.ts')).night,
  'observe-report': async () => (await import('./observe-report.ts')).observeReport,
  why: async () => (await import('./why.ts')).why,
  run: async () => (await import('./run.ts')).runSubcommand,
  stop: async () => (await import('./stop.ts')).stopSubcommand,
  restart: async () => (await import('./restart.ts')).restartSubcommand,
  log: async () => (await import('./log.ts')).logSubcommand,
  whois: async () => (await import('./whois.ts')).whoisSubcommand,
  completions: async () => (await import('./completions.ts')).completions,
};
