import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@': at('src') } },
  build: {
    target: 'es2022',
    // Nothing may be inlined as data: or as a script: the pages are served under a strict Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1400,
    rolldownOptions: { input: { explore: at('index.html'), admin: at('admin.html') } },
  },
  worker: { format: 'es' },
  server: { proxy: { '^/(api|tiles|readyz|livez)': process.env.ZHUWANG_SERVER ?? 'http://127.0.0.1:8080' } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
})
