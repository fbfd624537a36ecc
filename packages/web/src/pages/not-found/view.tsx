import { Slip } from '../../ui/slip.tsx'
import { notFoundWords as words } from './words.ts'

export function NotFoundView() {
  return (
    <Slip
      title={words.title}
      isTorn
      stub={
        <div class="row">
          <a class="button" href="./">
            {words.send}
          </a>
        </div>
      }
    >
      <p>{words.detail}</p>
    </Slip>
  )
}
