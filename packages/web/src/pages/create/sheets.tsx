import { madeWords as words } from '../../languages/en.ts'
import { untranslated } from '../../ui/untranslated.ts'
import { describeEnd } from './describe-made.ts'
import type { MadeProps } from './made-view.tsx'
import { QrCode } from './qr-code.tsx'

/** What is printed in place of the page: a sheet for each link. Neither receipt nor PIN is on it. */
export function Sheets({ made, times, drawQr }: Pick<MadeProps, 'made' | 'times' | 'drawQr'>) {
  return (
    <div class="sheets">
      {made.links.map(({ link, name }) => (
        <article key={link}>
          <h2>{words.printTitle}</h2>
          {name.trim() === '' ? null : <p class="notranslate">{name}</p>}
          {drawQr === undefined ? null : <QrCode link={link} drawQr={drawQr} />}
          <pre class="notranslate" {...untranslated} dir="ltr">
            {link}
          </pre>
          <p>{words.printHelp}</p>
          <p>{describeEnd({ ...made, links: made.links.slice(0, 1) }, times)}</p>
        </article>
      ))}
    </div>
  )
}
