import { resolve } from "node:path";
import { defineConfig } from "vite";
import { licences } from "./licences.mjs";
import { purge } from "./purge.mjs";

// Fixed names: the pages add what they hold as a short sum, so no manifest is needed.
export default defineConfig({
  base: "/static/built/",
  plugins: [licences(), purge()],
  build: {
    outDir: resolve(import.meta.dirname, "built"),
    emptyOutDir: true,
    assetsInlineLimit: 0, // a font or picture as data: is refused by our content policy
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      input: {
        app: resolve(import.meta.dirname, "src/app.ts"),
        charts: resolve(import.meta.dirname, "src/charts.ts"),
        kiosk: resolve(import.meta.dirname, "src/kiosk.ts"),
        branch: resolve(import.meta.dirname, "src/branch.ts"),
        print: resolve(import.meta.dirname, "src/print.ts"),
        "live-worker": resolve(import.meta.dirname, "src/live-worker.ts"),
        chat: resolve(import.meta.dirname, "src/chat.ts"),
        studio: resolve(import.meta.dirname, "src/studio/main.ts"),
      },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name]-[hash].js", // no page names them, so nothing else tells an old one from a new one
        assetFileNames: "[name][extname]",
      },
    },
  },
});
