import { plainMade as words } from '../../languages/en.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { say, sayCount } from '../../ui/say.ts'
import { linkField } from '../../ui/secret-field.ts'
import { Slip } from '../../ui/slip.tsx'
import { untranslated } from '../../ui/untranslated.ts'
import type { Made } from './made-state.ts'

interface PlainMadeProps {
  readonly made: Made
  readonly onCopy: (index: number) => void
  readonly locale: string
}

/** The links, where the part that shows them better has not come: what was made is never lost. */
export function PlainMade({ made: { links, pin, last }, onCopy, locale }: PlainMadeProps) {
  const isOne = links.length === 1
  return (
    <Slip title={isOne ? words.title : sayCount(words.titleMany, links.length, locale)}>
      <Note kind="warn">{words.once}</Note>
      {last === 'refused' ? <Note kind="bad">{words.copyRefused}</Note> : null}
      {links.map(({ link, receiptLink, isCopied }, index) => {
        const name = say(words.person, { number: String(index + 1) })
        return (
          <div class="field" key={link}>
            <label for={`made-${index}`}>{isOne ? words.link : name}</label>
            <textarea id={`made-${index}`} {...linkField} rows={3} value={link} />
            <Button label={isCopied ? words.copied : isOne ? words.copy : say(words.copyFor, { name })} onPress={() => onCopy(index)} />
            <a class="button" href={receiptLink}>
              {isOne ? words.receipt : say(words.receiptFor, { name })}
            </a>
          </div>
        )
      })}
      {pin === null ? null : (
        <p>
          {words.pinTitle}:{' '}
          <output class="notranslate" {...untranslated}>
            {pin.text}
          </output>
        </p>
      )}
    </Slip>
  )
}
