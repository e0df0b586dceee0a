import { adviseOn, type NetworkFault } from '../../autosys/network-fault.ts';

/** The steps of an examination, in this order. */
export type Step =
  | 'health'
  | 'network'
  | 'secret'
  | 'login'
  | 'set'
  | 'readBack'
  | 'profile'
  | 'job';

/**
 * How a finding counts.
 *
 * - `good`: as expected
 * - `warning`: works, but needs attention
 * - `refused`: AutoSys or AWS refused, and will refuse again
 * - `unknown`: not reached, or the result is unknown
 * - `skipped`: not examined, for a reason that is no fault
 */
export type Grade = 'good' | 'warning' | 'refused' | 'unknown' | 'skipped';

interface VerdictFact {
  readonly step: Step;
  readonly grade: Grade;
  /** What to do. */
  readonly advice?: string;
}

/** A network fault: AutoSys was not reached. The advice names the team to contact. */
function unreached(fault: NetworkFault) {
  return { step: 'network', grade: 'unknown', advice: adviseOn(fault) } as const;
}

/** All verdicts: their step, their grade, and what to do. */
export const verdicts = {
  maintenance: {
    step: 'health',
    grade: 'skipped',
    advice: 'run the examination again after the maintenance window',
  },
  circuitOpen: {
    step: 'health',
    grade: 'skipped',
    advice: 'no login is sent before the next probe of the bridge; see AutosysDown in the runbook',
  },
  ledgerUnavailable: {
    step: 'login',
    grade: 'unknown',
    advice:
      'no login is sent, since refused logins could not be counted; check the table and the permission to use it',
  },
  slotsInUse: {
    step: 'login',
    grade: 'skipped',
    advice: 'the bridge uses all requests allowed for this secret; try again later',
  },

  trusted: { step: 'network', grade: 'good' },
  expiresSoon: {
    step: 'network',
    grade: 'warning',
    advice: 'renew the certificate of the AutoSys web server',
  },
  unresolved: unreached('unresolved'),
  refused: unreached('refused'),
  unroutable: unreached('unroutable'),
  timeout: unreached('timeout'),
  broken: unreached('broken'),
  noTls: unreached('noTls'),
  tlsVersion: unreached('tlsVersion'),
  noSharedCipher: unreached('noSharedCipher'),
  clientCertificate: unreached('clientCertificate'),
  legacyRenegotiation: unreached('legacyRenegotiation'),
  tlsRejected: unreached('tlsRejected'),
  weakCertificate: unreached('weakCertificate'),
  expired: unreached('expired'),
  notYetValid: unreached('notYetValid'),
  selfSigned: unreached('selfSigned'),
  unknownIssuer: unreached('unknownIssuer'),
  missingIntermediate: unreached('missingIntermediate'),
  wrongHost: unreached('wrongHost'),
  cancelled: unreached('cancelled'),
  authoritiesUnreadable: {
    step: 'network',
    grade: 'unknown',
    advice: 'correct the secret that ca names in the route file',
  },

  secretRead: { step: 'secret', grade: 'good' },
  secretUnreadable: {
    step: 'secret',
    grade: 'refused',
    advice: 'correct the secret or the permission to read it',
  },
  secretUnavailable: {
    step: 'secret',
    grade: 'unknown',
    advice: 'check the Region and the AWS credentials, then try again',
  },

  unreachable: {
    step: 'login',
    grade: 'unknown',
    advice: 'no endpoint is safe for a login; correct the network faults above',
  },
  signedIn: { step: 'login', grade: 'good' },
  clockDiffers: {
    step: 'login',
    grade: 'warning',
    advice:
      'check the time services of the AutoSys host and of this host; the bridge does not compare times until the clocks agree',
  },
  previousInUse: {
    step: 'login',
    grade: 'warning',
    advice: 'AutoSys accepts the previous version of the secret; finish the rotation in AutoSys',
  },
  loginSuspended: {
    step: 'login',
    grade: 'refused',
    advice:
      'correct the user or the password in the secret; no login is sent before that time, so that the account is not locked',
  },
  loginRefused: {
    step: 'login',
    grade: 'refused',
    advice:
      'check the user, the password, and whether the account is locked; the login was sent once and is not repeated',
  },
  requestRefused: {
    step: 'login',
    grade: 'refused',
    advice:
      'the login itself works; check the EEM policies of the user for this target (as-owner, as-job, GLOBAL_VAR)',
  },
  unproven: {
    step: 'login',
    grade: 'unknown',
    advice: 'correct the wire profile first; no answer shows whether the login was accepted',
  },
  unavailable: {
    step: 'login',
    grade: 'unknown',
    advice:
      'the web server answers, but AutoSys behind it does not; check waae_webservices.log and the application server',
  },
  unanswered: {
    step: 'login',
    grade: 'unknown',
    advice: 'the connection works, but no answer arrives in time; check the load of the web server',
  },

  accepted: { step: 'set', grade: 'good' },
  mayNotSet: {
    step: 'set',
    grade: 'refused',
    advice:
      'grant the user group SET_GLOBAL in the EEM class as-sendevent, and write in GLOBAL_VAR',
  },
  noSuchEntry: {
    step: 'set',
    grade: 'refused',
    advice:
      'this AutoSys does not know the address of the request; it needs another wire profile, or AEWS is not deployed on its web server',
  },
  unexpectedAnswer: {
    step: 'set',
    grade: 'unknown',
    advice: 'the answer does not match the wire profile; this AutoSys may need another one',
  },
  rejected: { step: 'set', grade: 'refused', advice: 'see the reason that AutoSys gave' },
  outcomeUnknown: {
    step: 'set',
    grade: 'unknown',
    advice: 'the event may have arrived; it affects only the scratch variable',
  },

  applied: { step: 'readBack', grade: 'good' },
  notApplied: {
    step: 'readBack',
    grade: 'unknown',
    advice:
      'AutoSys accepted the event but does not process it; check whether the scheduler runs (chk_auto_up), and whether the wire profile is right',
  },
  unreadable: {
    step: 'readBack',
    grade: 'warning',
    advice:
      'this release cannot read global variables; set readGlobalVariable: none under its profile, and the bridge reports accepted, never confirmed; if that is not enough, let the route set the status of a job',
  },
  mayNotRead: {
    step: 'readBack',
    grade: 'refused',
    advice: 'grant the user group read in the EEM class GLOBAL_VAR',
  },

  profileFound: {
    step: 'profile',
    grade: 'good',
    advice: 'add this to the instance in bridge.yaml',
  },
  noProfileFound: {
    step: 'profile',
    grade: 'refused',
    advice:
      'no built-in wire profile sets a global variable here; see the interactive page /AEWS/api of the site and override the entry SET_GLOBAL',
  },

  jobOpen: { step: 'job', grade: 'good' },
  noSuchJob: {
    step: 'job',
    grade: 'refused',
    advice: 'check the name; it is case-sensitive',
  },
  mayNotSeeJob: {
    step: 'job',
    grade: 'refused',
    advice: 'grant the user read on this job in the EEM class as-job',
  },
  ownerForbids: {
    step: 'job',
    grade: 'refused',
    advice:
      'the user may send events, but not to this job; check its owner in the EEM class as-owner, then as-job, and the events allowed in as-sendevent; AEWS is stricter than sendevent on the host',
  },
  jobUnknown: { step: 'job', grade: 'unknown', advice: 'try again' },
} as const satisfies Readonly<Record<string, VerdictFact>>;
