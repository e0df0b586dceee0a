'use strict';
/**
 * Shifts the clock of a process, ahead of the clock of this machine or behind it.
 *
 * Loaded with `--require`. The file holds the offset in milliseconds, as one double. A write to the
 * file moves the clock of every process that has it open, from its next read on. Timers keep the
 * clock of this machine.
 */
const { openSync, readSync } = require('node:fs');

const file = openSync(process.env.MOVED_TIME, 'r');
const ahead = new Float64Array(1);
const realNow = Date.now;

function now() {
  readSync(file, ahead, 0, 8, 0);
  return realNow() + ahead[0];
}

globalThis.Date = new Proxy(Date, {
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  construct: (target, given, proxy) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, proxy),
  apply: (target) => new target(now()).toString(),
});
