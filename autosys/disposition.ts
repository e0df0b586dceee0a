/**
 * What to do after a failure, the one question at night.
 *
 * - `retry`: nothing happened over there, sending again is safe
 * - `confirm`: nobody knows whether AutoSys took it, so look before sending again
 * - `reject`: sending again will not help, a person must look
 */
export type Disposition = 'retry' | 'confirm' | 'reject';
