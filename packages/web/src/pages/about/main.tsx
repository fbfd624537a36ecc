import { readInstance } from '@letterlock/client'
import { aboutWords } from '../../languages/en.ts'
import { connectTo, nameFailure } from '../../ui/connect.ts'
import { findBase } from '../../ui/find-base.ts'
import { speak } from '../../ui/language.ts'
import { mountScreen } from '../../ui/mount-screen.ts'
import { startShell } from '../../ui/start-shell.ts'
import { type AboutEvent, type AboutPage, reduceAbout } from './state.ts'
import { AboutView } from './view.tsx'

speak({ about: aboutWords })
const screen = mountScreen<AboutPage, AboutEvent>({
  initial: { at: 'reading' },
  reduce: reduceAbout,
  draw: (page) => <AboutView page={page} />,
  place: () => 'about',
  announce: () => '',
  asksBeforeLeaving: () => false,
})

startShell(screen.redraw)
void learnContact()

async function learnContact(): Promise<void> {
  try {
    const { abuseContact } = await readInstance(connectTo(findBase(location.href, 'about')))
    screen.send({ type: 'told', contact: abuseContact })
  } catch (error) {
    nameFailure(error)
    screen.send({ type: 'failed' })
  }
}
