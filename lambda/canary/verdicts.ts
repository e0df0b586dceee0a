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

const useSource = 'put the certificate of the authority that signed it into ca (--ca)';

/** Everything that can be found, how it counts, and what to do about it. */
export const verdicts = {
  maintenance: { step: 'standing', grade: 'skipped', advice: 'look again when the window is over' },
  gateClosed: {
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
  unresolved: {
    step: 'network',
    grade: 'unknown',
    advice:
      'check the host in endpoints, and that the resolver of this network knows it (in AWS: Route 53 Resolver rules)',
  },
  refused: {
    step: 'network',
    grade: 'unknown',
    advice:
      'check the port (9443 as installed) and that waae_webserver of this instance runs on that host',
  },
  unroutable: {
    step: 'network',
    grade: 'unknown',
    advice: 'check the routes from the subnets of the functions to that network',
  },
  timeout: {
    step: 'network',
    grade: 'unknown',
    advice:
      'a firewall drops it, or the host is down: check security groups, routes and firewalls on the way to that port',
  },
  broken: {
    step: 'network',
    grade: 'unknown',
    advice: 'something on the way cuts the connection: check firewall, proxy and web server',
  },
  noTls: {
    step: 'network',
    grade: 'unknown',
    advice: 'that port speaks no TLS: check the port; AEWS listens with HTTPS on 9443 as installed',
  },
  expired: {
    step: 'network',
    grade: 'unknown',
    advice: 'renew the certificate of the AutoSys web server; nothing is sent to it until then',
  },
  notYetValid: {
    step: 'network',
    grade: 'unknown',
    advice: 'check the clock of this host, then the begin of the certificate',
  },
  selfSigned: {
    step: 'network',
    grade: 'unknown',
    advice:
      'AutoSys comes with a self-signed certificate: give it one of your authority, or put this very certificate into ca (--ca)',
  },
  unknownIssuer: { step: 'network', grade: 'unknown', advice: useSource },
  wrongHost: {
    step: 'network',
    grade: 'unknown',
    advice: 'name the host in endpoints as its certificate does, or have it issued for this name',
  },
  cancelled: { step: 'network', grade: 'unknown', advice: 'the time was over: try again' },
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
    advice: 'this AutoSys does not know that address: it speaks another wire profile',
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
      'this release cannot tell a global variable: the bridge will say accepted, never confirmed; route on the status of a job where that is not enough',
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
