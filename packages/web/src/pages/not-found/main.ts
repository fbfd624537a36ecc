import { readInstance } from '@letterlock/client'
import { notFoundWords } from '../../languages/en.ts'
import { connectTo, nameFailure } from '../../ui/connect.ts'
import { speak } from '../../ui/language.ts'
import { mountScreen } from '../../ui/mount-screen.ts'
import { startShell } from '../../ui/start-shell.ts'
import { listBases } from './list-bases.ts'
import { NotFoundView } from './view.tsx'

speak({ notFound: notFoundWords })
const screen = mountScreen<null, never>({
  initial: null,
  reduce: (page) => page,
  draw: () => NotFoundView(),
  place: () => '',
  announce: () => '',
  asksBeforeLeaving: () => false,
})

startShell(screen.redraw)
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
