import { readInstance } from '@letterlock/client'
import { connectTo, nameFailure } from '../../ui/connect.ts'
import { startShell } from '../../ui/start-shell.ts'
import { listBases } from './list-bases.ts'

startShell()
void mendLinks()

/** This page stands at any depth: ask upwards for the instance, and let the links lead there. */
async function mendLinks(): Promise<void> {
  for (const base of listBases(location.href)) {
    try {
      await readInstance(connectTo(base))
      for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href]:not(.skip)')) {
        link.href = new URL(link.getAttribute('href') ?? '', base).href
      }
      return
    } catch (error) {
      nameFailure(error)
    }
  }
}
