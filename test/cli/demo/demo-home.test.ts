import { expect, test } from 'vitest';
import { toDemoHome } from '../../../cli/demo/demo-home.ts';
import { anExecutionEvent } from '../../support/builders.ts';

const toFound = (event: unknown) => ({ kind: 'event', location: 'e', event }) as const;
const elsewhere = JSON.parse(
  JSON.stringify(anExecutionEvent())
    .replaceAll('111122223333', '444455556666')
    .replaceAll('eu-west-1', 'us-east-1'),
);

test.for([
  {
    events: [elsewhere, anExecutionEvent()],
    home: { account: '444455556666', region: 'us-east-1' },
  },
  {
    events: [{ no: 'event' }, elsewhere],
    home: { account: '444455556666', region: 'us-east-1' },
  },
  { events: [], home: { account: '111122223333', region: 'eu-west-1' } },
])(
  'the stack of the demo has the account and Region of the first event: $home',
  ({ events, home }) => {
    expect(toDemoHome(events.map(toFound))).toEqual(home);
  },
);
