// What /s loads before it claims anything: it shows the secret, and the page once it is cleared.
import { shownWords as words } from '../../languages/en.ts'
import { Slip } from '../../ui/slip.tsx'
import type { ShownPage } from './state.ts'
import { ShownSecret } from './shown-secret.tsx'
import type { OpenHandlers } from './view.tsx'

export { announceShown } from './describe-shown.ts'

/** What the part says. */
export const sections = { shown: words }

interface ShownProps {
  readonly page: ShownPage
  readonly on: OpenHandlers
}

export function ShownView({ page, on }: ShownProps) {
  if (page.at === 'after') return <ShownSecret page={page} on={on} />
  return (
    <Slip title={words.cleared} isTorn>
      <p>{words.clearedDetail}</p>
    </Slip>
  )
}
