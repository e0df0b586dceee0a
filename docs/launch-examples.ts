import type {
  ApiErrorBody,
  FindAnswer,
  HintAnswer,
  HintRequest,
  LogAnswer,
  RestartRequest,
  RunAnswer,
  StartRequest,
  StopRequest,
} from '../lambda/launch/api.ts';

const run: RunAnswer = {
  version: '1.0',
  name: 'NIGHT_EOD-r1620t1-ACE',
  target: 'settlement',
  instance: 'ACE',
  job: 'NIGHT_EOD',
  run: 1620,
  try: 1,
  caller: 'agents',
  launchId: '0b3f6a52-6a8f-4a39-9d8e-2f6c1f1c5a11',
  state: 'ACTIVE',
  status: 'RUNNING',
  awsId: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:NIGHT_EOD-r1620t1-ACE',
  requestedAt: '2026-11-30T01:00:00.000Z',
  startedAt: '2026-11-30T01:00:00.412Z',
  rev: '5f1a0c7e93d2b846',
  changes: [
    { at: '2026-11-30T01:00:00.000Z', text: 'requested by agents (target settlement)' },
    { at: '2026-11-30T01:00:00.412Z', text: 'RUNNING' },
  ],
  retryAfter: 3.012,
};
const start: StartRequest = {
  target: 'settlement',
  job: 'NIGHT_EOD',
  run: 1620,
  try: 1,
  params: { date: '2026-11-30' },
  launchId: '0b5d6f3e-3a51-4f0e-9f0c-6f3f2f0d7c11',
};
const stop: StopRequest = { reason: 'by hand' };
const restart: RestartRequest = {
  how: 'redrive',
  launchId: '7f1f2c9a-5a63-4c64-8a43-1d7f7c8e2b90',
};
const found: FindAnswer = { version: '1.0', by: 'ledger', runs: [run] };
const hint: HintRequest = { job: 'LOAD_LEDGER', instance: 'ACE' };
const noted: HintAnswer = { ...hint, instance: 'ACE', version: '1.0', waits: 1, answered: 1 };
const log: LogAnswer = { version: '1.0', text: 'rates loaded\n', next: 'f/1', end: true };
const error: ApiErrorBody = {
  version: '1.0',
  code: 'INVALID_INPUT',
  message: 'params.date: the value does not match its pattern',
  fix: 'correct the request',
  exit: 65,
  faults: [{ path: 'params.date', message: 'the value does not match its pattern' }],
};

/** One example for each schema that a request or an answer has. */
export const launchExamples = {
  StartRequest: start,
  StartForm: {
    target: 'settlement',
    job: 'NIGHT_EOD',
    run: 1620,
    try: 1,
    'param.date': '2026-11-30',
  },
  StopRequest: stop,
  RestartRequest: restart,
  RunAnswer: run,
  RestartAnswer: run,
  FindAnswer: found,
  HintRequest: hint,
  HintAnswer: noted,
  LogAnswer: log,
  ApiError: error,
} as const;
