import { expect, test } from 'vitest';
import { findHome } from '../../../cli/demo/home.ts';

const event = (event: unknown) => ({ kind: 'event', place: 'events.json', event }) as const;
const home = { account: '444455556666', region: 'us-gov-west-1' };

test.for([
  { when: 'an event names both', found: [event(home)], place: home },
  {
    when: 'the first events name none',
    found: [event('text'), event(null), event({ account: 1, region: 'x' }), event(home)],
    place: home,
  },
  { when: 'no event does', found: [], place: { account: '111122223333', region: 'eu-west-1' } },
])('the embedded AWS is where $when', ({ found, place }) => {
  expect(findHome(found)).toEqual(place);
});
