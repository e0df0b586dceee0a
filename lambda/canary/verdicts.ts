import { adviseOn, type NetworkFault } from '../../autosys/network-fault.ts';

/** What is looked at, in this order. */
export type Step =
  | 'standing'
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
 * - `good`: as it should be
 * - `warning`: it works, and a person should know
 * - `refused`: the other side said no, and will again
 * - `unknown`: not reached, or nobody can tell
 * - `skipped`: not looked at, for a reason that is no fault
 */
export type Grade = 'good' | 'warning' | 'refused' | 'unknown' | 'skipped';

interface VerdictFact {
  readonly step: Step;
  readonly grade: Grade;
  /** What to do about it. */
  readonly advice?: string;
}

/** A fault of the way to AutoSys: it was not reached, and the advice names whom to ask. */
function unreached(fault: NetworkFault) {
  return { step: 'network', grade: 'unknown', advice: adviseOn(fault) } as const;
}

/** Everything that can be found, how it counts, and what to do about it. */
export const verdicts = {
  maintenance: { step: 'standing', grade: 'skipped', advice: 'look again when the window is over' },
  circuitOpen: {
    step: 'standing',
    grade: 'skipped',
    advice: 'nobody signs in before the bridge tries again, see the runbook under AutosysDown',
  },
  ledgerUnavailable: {
    step: 'login',
    grade: 'unknown',
    advice:
      'no login is sent, since refused logins could not be counted: check the table and the permission to use it',
  },
  slotsInUse: {
    step: 'login',
    grade: 'skipped',
    advice: 'all requests under way for this secret are in use by the bridge: look again later',
  },

  trusted: { step: 'network', grade: 'good' },
  expiresSoon: {
    step: 'network',
    grade: 'warning',
    advice: 'have the certificate of the AutoSys web server renewed',
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
    advice: 'mend the secret that ca names in the route file',
  },

  secretRead: { step: 'secret', grade: 'good' },
  secretUnreadable: {
    step: 'secret',
    grade: 'refused',
    advice: 'mend the secret, or the permission to read it',
  },
  secretNotNow: {
    step: 'secret',
    grade: 'unknown',
    advice: 'check the Region and the login that AWS is asked with, then try again',
  },

  unreachable: {
    step: 'login',
    grade: 'unknown',
    advice: 'no endpoint is fit to be sent a login: mend what stands above',
  },
  signedIn: { step: 'login', grade: 'good' },
  clockDiffers: {
    step: 'login',
    grade: 'warning',
    advice:
      'check the time services of the AutoSys host and of this host; until the clocks agree, the bridge does not compare their times',
  },
  previousInUse: {
    step: 'login',
    grade: 'warning',
    advice: 'AutoSys takes what the secret said before: finish the rotation in AutoSys',
  },
  heldBack: {
    step: 'login',
    grade: 'refused',
    advice:
      'mend user or password in the secret; it is not sent again before its time, so that the account is not locked',
  },
  loginRefused: {
    step: 'login',
    grade: 'refused',
    advice:
      'check user and password, and whether the account is locked; it was sent once and is not tried again',
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
    advice: 'no answer shows whether the login counts: mend the wire profile first',
  },
  unavailable: {
    step: 'login',
    grade: 'unknown',
    advice:
      'the web server answers and AutoSys behind it does not: look at waae_webservices.log and the application server',
  },
  unanswered: {
    step: 'login',
    grade: 'unknown',
    advice: 'the connection stands and no answer comes in time: look at the load of the web server',
  },

  taken: { step: 'set', grade: 'good' },
  mayNotSet: {
    step: 'set',
    grade: 'refused',
    advice:
      'give the user SET_GLOBAL in the EEM class as-sendevent and write in GLOBAL_VAR, by its user group',
  },
  noSuchEntry: {
    step: 'set',
    grade: 'refused',
    advice:
      'this AutoSys does not know that address: it speaks another wire profile, or AEWS is not deployed on its web server now',
  },
  notUnderstood: {
    step: 'set',
    grade: 'unknown',
    advice: 'the answer is not what the wire profile expects: it may speak another one',
  },
  notTaken: { step: 'set', grade: 'refused', advice: 'AutoSys said why' },
  outcomeUnknown: {
    step: 'set',
    grade: 'unknown',
    advice: 'it may have arrived; nothing but the scratch variable is concerned',
  },

  applied: { step: 'readBack', grade: 'good' },
  notApplied: {
    step: 'readBack',
    grade: 'unknown',
    advice:
      'AutoSys took the event and does not act on it: see whether the scheduler runs (chk_auto_up), and whether this entry of the wire profile means what it should',
  },
  unreadable: {
    step: 'readBack',
    grade: 'warning',
    advice:
      'this release cannot tell a global variable: put readGlobalVariable: none under its profile, and the bridge says accepted, never confirmed; route on the status of a job where that is not enough',
  },
  mayNotRead: {
    step: 'readBack',
    grade: 'refused',
    advice: 'give the user read in the EEM class GLOBAL_VAR, by its user group',
  },

  speaks: { step: 'profile', grade: 'good', advice: 'put this under the instance in bridge.yaml' },
  speaksNone: {
    step: 'profile',
    grade: 'refused',
    advice:
      "no built-in wire profile sets a global variable here: look at the site's interactive page /AEWS/api and override the entry SET_GLOBAL",
  },

  jobOpen: { step: 'job', grade: 'good' },
  noSuchJob: {
    step: 'job',
    grade: 'refused',
    advice: 'check the name; its case counts',
  },
  mayNotSeeJob: {
    step: 'job',
    grade: 'refused',
    advice: 'give the user read on this job in the EEM class as-job',
  },
  ownerForbids: {
    step: 'job',
    grade: 'refused',
    advice:
      'the user may send events and not to this job: look at its owner in the EEM class as-owner, then at as-job and at the events allowed in as-sendevent; AEWS is stricter than sendevent on the host',
  },
  jobUnknown: { step: 'job', grade: 'unknown', advice: 'look again' },
} as const satisfies Readonly<Record<string, VerdictFact>>;
