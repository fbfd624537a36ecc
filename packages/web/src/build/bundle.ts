import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'

/** The folder of the pages' package. */
export const WEB_FOLDER = fileURLToPath(new URL('../..', import.meta.url))

/** Bundle one entry into one self-contained file. */
export async function bundle(options: BuildOptions): Promise<Buffer> {
  const { outputFiles } = await build({
    absWorkingDir: WEB_FOLDER,
    bundle: true,
    minify: true,
    write: false,
    outdir: 'out',
    conditions: ['source'],
    target: ['chrome120', 'firefox121', 'safari17'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
  })
  const [file, ...others] = outputFiles ?? []
  if (file === undefined || others.length > 0) throw new Error(`${JSON.stringify(options.entryPoints)} did not become exactly one file`)
  return Buffer.from(file.contents)
}
