/** What something took. */
export interface MeterReading {
  /** Of all threads of this process. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

/** Starts to measure; what it returns says how much was taken so far. */
export function startMeter(): () => MeterReading {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return {
      cpuSeconds: (user + system) / 1e6,
      wallSeconds: (performance.now() - startedAt) / 1e3,
    };
  };
}
