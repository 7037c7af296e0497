import { defineConfig } from 'vitest/config'

// Browser tests: Chromium against a running server. One file after another: they share the machine's few cores.
export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 90_000,
  },
})
