import { readInstance } from '@letterlock/client'
import { notFoundWords } from '../../languages/en.ts'
import { connectTo, nameFailure } from '../../ui/connect.ts'
import { speak } from '../../ui/language.ts'
import { leadStray } from '../../ui/lead-stray.ts'
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

/** This page stands at any depth: ask upwards for the instance. Let the links lead there, and whoever came by a link with a wrong page. */
async function mendLinks(): Promise<void> {
  for (const base of listBases(location.href)) {
    try {
      await readInstance(connectTo(base))
      void leadStray(base)
      for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href]:not(.skip)')) {
        link.href = new URL(link.getAttribute('href') ?? '', base).href
      }
      return
    } catch (error) {
      nameFailure(error)
    }
  }
}
