/**
 * Reasons from AWS that only state that something ended or failed, not why.
 *
 * - ECS: "Essential container in task exited" for every job with one container (recordings of
 *   events); "Task failed to start", although the container names the cause
 *   (nextflow-io/nextflow#5099).
 * - Kubernetes: reasons of a container status that name a phase and not a cause (Kubernetes API
 *   reference).
 */
const emptyReasons: ReadonlySet<string> = new Set([
  'essential container in task exited',
  'task failed to start',
  'completed',
  'error',
  'containercreating',
  'podinitializing',
]);

/**
 * True for a reason that does not explain a failure. Case, blanks at the ends and a final full stop
 * are ignored.
 */
export function isUninformative(reason: string): boolean {
  return emptyReasons.has(reason.trim().replace(/\.$/, '').toLowerCase());
}
