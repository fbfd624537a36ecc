import { offlineWords as words } from '../../languages/en.ts'
import { Button } from '../../ui/button.tsx'
import { Slip } from '../../ui/slip.tsx'

/** There is no connection. It says nothing of the page that could not be reached. */
export function OfflineView() {
  return (
    <Slip title={words.title} stub={<Button label={words.retry} look="main" isWide />}>
      <p>{words.detail}</p>
    </Slip>
  )
}
