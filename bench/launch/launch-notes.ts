import type { LedgerTrip } from './counted-table.ts';
import { pollSeconds } from './waiting-cost.ts';

/** How the figures of waiting commands were measured. */
export function launchNotes({
  trips,
  roundTripMs,
}: {
  readonly trips: readonly LedgerTrip['of'][];
  readonly roundTripMs: number;
}): readonly string[] {
  return [
    'one run: the command and its pace, the launch and report functions, and Step Functions over its protocol on a virtual clock; the run lasts 30 minutes, and every held request is refused, or every one is held.',
    'one waiting, held: the built command, REST API with authorizer, the shipped functions and the embedded AWS over sockets, in real time; EventBridge and SQS take no time. The mean of the script is half of its two seconds.',
    'many waiting: commands without their processes, through the real handler, in virtual time; an answer takes no time, every held request is refused; runs of 25 to 35 minutes, and the command of an ended run is followed by another one, so their number stays the same.',
    'script, 15 calls/s: a model; one script per run, a describe call every 2 s, three tries a call, one bucket of 300 calls refilled with 15 per second, all runs begin within a minute. A call takes no time, and no script follows one that has ended, so the quota recovers before the last ends: both favour the script.',
    'in step: four successive requests of two waiters, each within the same 10 ms. Pairs in the same 10 ms are a multiple of what chance gives.',
    'begun together: all within one millisecond; measured from minute 5 to minute 20.',
    'memory: Private_Clean and Private_Dirty of smaps_rollup, two seconds after the request that is held; first request: until it arrives, over TLS on loopback. Each program is one minified file.',
    'direct mode: calls of Step Functions by the real client on a virtual clock, and one GetCallerIdentity; the ratio to the script is found / 900. Memory: the built file against the embedded AWS over TLS, with the CA certificates of Node.js, which the command of the API does not load in this measurement because its CA is given.',
    `stop: SIGTERM until the command has printed the acceptance; a relay delays every byte, and a new connection by one trip more. The round trip on an open connection is ${roundTripMs.toFixed(1)} ms.`,
    `start: the trips are ${trips.join(', ')}; ledger over the protocol of DynamoDB, Step Functions over its own, both in this process; the trips alone use the same clients.`,
    `cost: counted requests and request units of the ledger, list prices of us-east-1, 512 MB and ${pollSeconds * 1_000} ms per poll (a planning figure, not measured on Lambda); without logs and data transfer.`,
  ];
}
