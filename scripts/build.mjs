// Builds the pages into packages/web/dist and the server into packages/server/dist.
import { fileURLToPath } from 'node:url'
import { buildServer } from '../packages/server/build.ts'
import { buildPages } from '../packages/web/build.ts'

await buildPages(fileURLToPath(new URL('../packages/web/dist', import.meta.url)))
await buildServer(fileURLToPath(new URL('../packages/server/dist', import.meta.url)))
