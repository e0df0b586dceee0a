/**
 * What happens after a failure.
 *
 * - `retry`: AutoSys did not act; sending again is safe
 * - `confirm`: the outcome is unknown; AutoSys is read back before anything is sent again
 * - `reject`: sending again does not help; the operator decides
 */
export type Disposition = 'retry' | 'confirm' | 'reject';
