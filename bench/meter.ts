/** CPU time and elapsed time. */
export interface MeterReading {
  /** CPU time of all threads of this process. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

/** Starts a meter. The returned function reads it. */
export function startMeter(): () => MeterReading {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  return function readMeter() {
    const { user, system } = process.cpuUsage(cpu);
    return {
      cpuSeconds: (user + system) / 1e6,
      wallSeconds: (performance.now() - startedAt) / 1e3,
    };
  };
}
