import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: Vitest asks for one
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    expect: { requireAssertions: true },
    // Two cores: files run side by side, and a bundle or a synth may take its seconds.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    coverage: { include: ['autosys/**', 'event-pattern/**', 'lambda/**'] },
  },
});
