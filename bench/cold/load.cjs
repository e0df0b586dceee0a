'use strict';
// Requires the index.js of the working directory, and sends the duration to its parent.
const { join } = require('node:path');

const path = join(process.cwd(), 'index.js');
const cpu = process.cpuUsage();
const startedAt = performance.now();
require(path);
const wallMs = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpu);
process.send({ wallMs, cpuMs: (user + system) / 1000 }, () => process.exit());
