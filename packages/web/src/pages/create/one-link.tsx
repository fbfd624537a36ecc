import { madeWords as words } from '../../languages/en.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { linkField } from '../../ui/secret-field.ts'
import { formatMail } from './describe-made.ts'
import { QrCode } from './qr-code.tsx'
import type { Last, MadeLink } from './made-state.ts'
import type { MadeProps } from './made-view.tsx'

/** One link, and the ways in which it can travel. */
export function OneLink({ made, on, times, canShare, drawQr }: MadeProps) {
  const [link] = made.links
  if (link === undefined) return null
  const { last } = made
  return (
    <>
      <div class="parcel">
        <div class="field">
          <label for="made-0">{words.link}</label>
          <textarea id="made-0" {...linkField} rows={3} value={link.link} onFocus={(event) => event.currentTarget.select()} />
        </div>
        <Button label={isLink(last) ? words.copied : words.copy} look="main" isWide onPress={() => on.copyLink(0)} />
      </div>
      {last === 'refused' ? <Note kind="bad">{words.copyRefused}</Note> : null}
      <Ways made={made} on={on} times={times} canShare={canShare} link={link} />
      {last === 'share-refused' ? <Note kind="bad">{words.shareRefused}</Note> : null}
      {made.qr === 'unavailable' ? <Note kind="bad">{words.qrUnavailable}</Note> : null}
      {made.isQrShown && drawQr !== undefined ? (
        <figure class="qr">
          <QrCode link={link.link} drawQr={drawQr} />
          <figcaption class="help">{words.qrHelp}</figcaption>
        </figure>
      ) : null}
    </>
  )
}

type WaysProps = Omit<MadeProps, 'drawQr'> & { readonly link: MadeLink }

/** Every other way to the receiver. */
function Ways({ made, on, times, canShare, link }: WaysProps) {
  const isShown = made.isQrShown && made.qr === 'ready'
  return (
    <div class="ways">
      <Button label={made.last === 'instructions' ? words.copied : words.copyInstructions} onPress={on.copyInstructions} />
      {canShare ? <Button label={words.share} onPress={on.share} /> : null}
      <a class="button" href={formatMail(made, link, times)} onClick={on.mail}>
        {words.mail}
      </a>
      <Button label={isShown ? words.qrHide : words.qr} isBusy={made.qr === 'loading'} onPress={() => on.showQr(!isShown)} />
      <Button label={words.print} onPress={on.print} />
    </div>
  )
}

function isLink(last: Last): boolean {
  return typeof last === 'object' && last !== null
}
