import { expect, test } from 'vitest';
import { ServedAddresses } from '../../../autosys/client/served-addresses.ts';

const base = 'https://autosys.example.com:9443/AEWS/';
const command = { base, request: 'POST command/run' };
const job = { base, request: 'GET job/{job}' };

function known() {
  let nowMs = 0;
  const served = new ServedAddresses(() => new Date(nowMs));
  const advance = (seconds: number) => {
    nowMs += seconds * 1_000;
  };
  return { served, advance };
}

test('an address is lacking if pages arrive again and again between replies at another one', () => {
  const { served, advance } = known();
  for (let time = 0; time < 2; time += 1) {
    served.recordPage(command);
    expect(served.lacks(command)).toBe(false);
    served.recordAnswer(job, 'A');
  }
  advance(60);

  expect(served.lacks(command)).toBe(true);
});

test('an address is not lacking after one reply between two pages: AEWS may be away again', () => {
  const { served } = known();
  served.recordPage(command);
  served.recordAnswer(job, 'A');
  served.recordPage(command);
  served.recordPage(command);

  expect(served.lacks(command)).toBe(false);
});

test('an address is not lacking if the other reply is old: AEWS may be away again', () => {
  const { served, advance } = known();
  for (let time = 0; time < 3; time += 1) {
    served.recordPage(command);
    served.recordAnswer(job, 'A');
  }
  advance(61);

  expect(served.lacks(command)).toBe(false);
});

test('an address that was answered once is not lacking', () => {
  const { served } = known();
  served.recordPage(command);
  served.recordAnswer(job, 'A');
  served.recordAnswer(command, 'autorep');
  served.recordPage(command);

  expect(served.lacks(command)).toBe(false);
});
