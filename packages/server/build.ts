import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * Bundle the server and its store's thread into plain JavaScript that Node runs as it is.
 *
 * @param outDir - an absolute path; `main.js` and `store-worker.js` come there.
 */
export async function buildServer(outDir: string): Promise<void> {
  await build({
    entryPoints: {
      main: fileURLToPath(new URL('src/main.ts', import.meta.url)),
      'store-worker': fileURLToPath(new URL('src/secrets/worker.ts', import.meta.url)),
    },
    outdir: outDir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    conditions: ['source'],
    legalComments: 'none',
    logLevel: 'warning',
    absWorkingDir: fileURLToPath(new URL('../..', import.meta.url)),
  })
}
