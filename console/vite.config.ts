import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { mantineVariables } from './build/mantine-variables.ts'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), mantineVariables()],
  build: {
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
})
