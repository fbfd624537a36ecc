import { accessibilityWords } from '../../languages/en.ts'
import { readTag, speak } from '../../ui/language.ts'
import { mountScreen } from '../../ui/mount-screen.ts'
import { startShell } from '../../ui/start-shell.ts'
import { AccessibilityView } from './view.tsx'

speak({ accessibility: accessibilityWords })
const screen = mountScreen<null, never>({
  initial: null,
  reduce: (page) => page,
  draw: () => <AccessibilityView tag={readTag()} />,
  place: () => '',
  announce: () => '',
  asksBeforeLeaving: () => false,
})

startShell(screen.redraw)
