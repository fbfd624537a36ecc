import { madeWords as words } from '../../languages/en.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { NAME_CHARACTERS_MAX } from '../../ui/receipt-list.ts'
import { say } from '../../ui/say.ts'
import { linkField } from '../../ui/secret-field.ts'
import { untranslated } from '../../ui/untranslated.ts'
import { describePerson } from './describe-made.ts'
import type { MadeLink } from './made-state.ts'
import type { MadeHandlers, MadeProps } from './made-view.tsx'

/** A link for each person, with a name that only the sender sees. */
export function ManyLinks({ made, on, times }: MadeProps) {
  return (
    <>
      <p>{words.linkMany}</p>
      <div class="ways">
        <Button label={made.last === 'list' ? words.copied : words.copyList} onPress={on.copyList} />
        <Button label={words.saveTable} onPress={on.save} />
        <Button label={words.print} onPress={on.print} />
      </div>
      {made.last === 'refused' ? <Note kind="bad">{words.copyRefused}</Note> : null}
      <p class="help" id="name-help">
        {words.nameHelp}
      </p>
      <ol class="people">
        {made.links.map((link, index) => (
          <Person link={link} index={index} on={on} locale={times.locale} key={link.link} />
        ))}
      </ol>
    </>
  )
}

interface PersonProps {
  readonly link: MadeLink
  readonly index: number
  readonly on: MadeHandlers
  readonly locale: string
}

function Person({ link, index, on, locale }: PersonProps) {
  const name = describePerson(link, index, locale)
  return (
    <li>
      <div class="field">
        <label for={`name-${index}`}>{describePerson({ ...link, name: '' }, index, locale)}</label>
        <input
          id={`name-${index}`}
          class="notranslate"
          {...untranslated}
          dir="auto"
          autocomplete="off"
          spellcheck={false}
          maxLength={NAME_CHARACTERS_MAX}
          placeholder={words.name}
          aria-describedby="name-help"
          value={link.name}
          onInput={(event) => on.name(index, event.currentTarget.value)}
          onChange={on.named}
        />
      </div>
      <div class="parcel">
        <input
          id={`made-${index}`}
          {...linkField}
          aria-label={`${words.link}: ${name}`}
          value={link.link}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button
          label={link.isCopied ? words.copied : words.copy}
          name={link.isCopied ? `${words.copied}: ${name}` : say(words.copyFor, { name })}
          look="main"
          onPress={() => on.copyLink(index)}
        />
      </div>
      <a class="receipt" href={link.receiptLink}>
        {say(words.receiptFor, { name })}
      </a>
    </li>
  )
}
