const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const maxTimeoutMs = 30 * units.d;

/**
 * Parses a timeout such as `90s`, `30m`, `4h`, `1h30m` or `2d` to milliseconds. Returns `undefined`
 * for any other text, for zero, and above 30 days.
 */
export function readTimeout(text: string): number | undefined {
  if (!/^(?:\d{1,6}[smhd])+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  const ms = parts.reduce((sum, [, count, unit]) => sum + Number(count) * toUnit(unit), 0);
  return ms > 0 && ms <= maxTimeoutMs ? ms : undefined;
}

function toUnit(unit: string | undefined): number {
  return unit === 's' || unit === 'm' || unit === 'h' || unit === 'd' ? units[unit] : 0;
}

/** Formats a time span for people, in its two largest units: `45 s`, `3 min`, `2 h 5 min`. */
export function formatTimeSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const [days, hours, rest] = [
    Math.floor(minutes / 1_440),
    Math.floor(minutes / 60) % 24,
    minutes % 60,
  ];
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  return rest > 0 ? `${hours} h ${rest} min` : `${hours} h`;
}

/** Formats an instant in UTC to the second: `2026-11-20T02:13:04Z`. */
export function formatInstant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
