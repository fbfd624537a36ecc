import { notFoundWords as words } from '../../languages/en.ts'
import { Slip } from '../../ui/slip.tsx'

export function NotFoundView() {
  return (
    <Slip
      title={words.title}
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
