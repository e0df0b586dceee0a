import { answerTimes } from './waits.ts';

/** How the figures of requests were measured. */
export function requestNotes({
  setTrips,
}: {
  readonly setTrips: readonly string[];
}): readonly string[] {
  const { ledgerMs, autosysMs, taskCallMs } = answerTimes;
  return [
    'warm: the handler of the request function with real TLS over loopback; AutoSys and the ledger (dynalite) in separate processes; the embedded AutoSys acts on a variable at once. A bare request has the same settings and no code of the bridge. The trips are those of each invocation, repeated with a client of the same kind for rows of other keys.',
    `setGlobal: the trips are ${setTrips.join(', ')}. It reads the variable before the send, so that a later attempt can tell its own value from a former one. That is the third request. It sends over a new connection, because a kept one that the server has just closed would leave the outcome unknown (decision 0010). What its rules require: these three requests, bare, and the trips.`,
    `waiting: executions with a task token, the request function, the wait function every minute with two passes, AutoSys over HTTPS, Step Functions over its protocol, in one process and in virtual time: ${ledgerMs} ms per ledger trip, ${autosysMs} ms per answer of AutoSys and ${taskCallMs} ms per call of Step Functions (planning figures, not measured on AWS). Jobs of 15 to 25 minutes. An execution that has ended is followed by another one, so their number stays the same. The requests are those of the wait function. Jobs whose names begin alike are read in one request, others one by one.`,
    'jobs that fail: a failure is read twice, 30 s apart.',
    'notified: real time; the job that jil-for --notify prints starts on the end of the awaited one, the embedded AutoSys takes 100 ms to start it, and its notification is given to the wait function. API Gateway takes no time here.',
    'init: from the start of the process until the runtime client requests an invocation, as in the chapter on cold starts; both bundles have the same route file.',
    'cost: counted requests and request units of the ledger, list prices of us-east-1, 512 MB, and the planning figures above. Without logs, data transfer and the state transitions of the state that waits. States that poll: a Wait state of 30 s and a jobStatus in a loop.',
  ];
}
