import { madeWords as words } from '../../languages/en.ts'
import { Button } from '../../ui/button.tsx'
import { Check } from '../../ui/check.tsx'
import { Note } from '../../ui/note.tsx'
import type { MadeProps } from './made-view.tsx'

/** What is the sender's own. It looks like nothing that is sent. */
export function Receipts({ made, on }: Pick<MadeProps, 'made' | 'on'>) {
  const [link, ...others] = made.links
  const isOne = others.length === 0
  return (
    <section class="own" aria-labelledby="own-title">
      <p class="receipt-mark">{words.receiptMark}</p>
      <h2 id="own-title">{words.receiptTitle}</h2>
      <p class="help">{isOne ? words.receiptHelp : words.receiptHelpMany}</p>
      {isOne && link !== undefined ? (
        <div class="row">
          <a href={link.receiptLink}>{words.receipt}</a>
          <Button label={made.last === 'receipt' ? words.copied : words.copyReceipt} onPress={on.copyReceipt} />
        </div>
      ) : null}
      <Check id="keep-help" label={words.keep} help={words.keepHelp} isChecked={made.keeping === 'yes'} onCheck={on.keep} />
      {made.keeping === 'refused' ? <Note kind="bad">{words.keepRefused}</Note> : null}
    </section>
  )
}
