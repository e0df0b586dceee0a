/** The protections of starts and stops. */
export const runProtections = [
  /** The launch row is written before AWS is called. */
  'intent',
  /** One request sends SubmitJob once. */
  'single attempt',
  /** A Batch job is looked up before SubmitJob is called a second time. */
  'look-up',
  /** A stop is written before it is carried out. */
  'stop record',
  /** A waiting command that vanishes is noticed. */
  'absence watch',
  /** The sweep repeats a stop until it is proven. */
  'stop until proven',
  /** A stop ends what the run has started. */
  'children of a stop',
  /** A stop ends what ended children of a Map Run have started without waiting. */
  'ended children of maps',
  /** Only a target's own workloads and its `children` are stopped. */
  'named children',
  /** AWS is asked about runs without an end event. */
  'AWS lookup of launches',
  /** Starts that are not requested again are looked up. */
  'intent lookup',
  /** `maxRunning` is kept by slots. */
  'slots',
  /** A function whose lease has expired does not call SubmitJob or RedriveExecution. */
  'lease before SubmitJob',
] as const;

/** The protections of mirrors and redrives. */
export const mirrorProtections = [
  /** RUNNING is shown in the mirror before AWS is asked to start a run. */
  'early RUNNING',
  /** For the mirror, a launch and its execution or job are one run. */
  'binding of a launch',
  /** An event waits until the start of its run is settled. */
  'events wait for their launch',
  /** The sweep sets the mirror to FAILED if the function that refused the start did not. */
  'failing mark',
  /** A mirror job that is killed is noticed. */
  'mirror job watch',
  /** A command that waits for a run with a mirror job and vanishes is noticed as well. */
  'command watch beside a mirror job',
  /** The launch of an execution that is redriven is marked before AWS is asked to redrive it. */
  'mark of a redriven run',
] as const;

/**
 * The protections of launches. The simulator can disable each one, to prove that the judge notices its
 * absence.
 */
export const launchProtections = [...runProtections, ...mirrorProtections] as const;

export type LaunchProtection = (typeof launchProtections)[number];

/** True when the text names a protection of launches. */
export function isLaunchProtection(text: string): text is LaunchProtection {
  return launchProtections.some((protection) => protection === text);
}
