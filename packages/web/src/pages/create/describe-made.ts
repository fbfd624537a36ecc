import { madeWords as words } from '../../languages/en.ts'
import { say, sayCount } from '../../ui/say.ts'
import { type TimeStyle, formatDistance, formatMoment } from '../../ui/times.ts'
import type { Last, Made, MadeLink } from './made-state.ts'
import { type TableRow, writeCsv, writeLines } from './write-table.ts'

/** The heading over the links. */
export function describeTitle({ links }: Made, locale: string): string {
  return links.length === 1 ? words.title : sayCount(words.titleMany, links.length, locale)
}

/** What the sender calls whoever gets a link. */
export function describePerson({ name }: MadeLink, index: number, locale: string): string {
  return name.trim() === '' ? say(words.person, { number: new Intl.NumberFormat(locale).format(index + 1) }) : name.trim()
}

/** When the links run out. */
export function describeEnd({ links, expiresAtMs, nowMs }: Made, times: TimeStyle): string {
  return say(links.length === 1 ? words.runsOut : words.runsOutMany, {
    moment: formatMoment(expiresAtMs, times),
    distance: formatDistance(expiresAtMs, nowMs, times),
  })
}

/** A link with what its reader should know. Whoever reads it learns that there is a PIN, and not which. */
export function describeInstructions({ pin, expiresAtMs }: Made, { link }: MadeLink, times: TimeStyle): string {
  return say(pin === null ? words.instructions : words.instructionsPin, { link, moment: formatMoment(expiresAtMs, times) })
}

/** An address that opens a mail with the instructions in it. Lines end as RFC 6068 asks. */
export function formatMail(made: Made, link: MadeLink, times: TimeStyle): string {
  const body = describeInstructions(made, link, times).replaceAll('\n', '\r\n')
  return `mailto:?subject=${encodeURIComponent(words.mailSubject)}&body=${encodeURIComponent(body)}`
}

/** All links as lines for a mail. */
export function describeList({ links }: Made): string {
  return writeLines(links)
}

/** All links and receipts as a table; who has no name has a number. */
export function describeTable({ links }: Made, locale: string): string {
  const rows: readonly TableRow[] = links.map((link, index) => ({ ...link, name: describePerson(link, index, locale) }))
  return writeCsv(rows, [words.tableName, words.tableLink, words.tableReceipt])
}

/** What a screen reader is told of links that are ready. */
export function announceMade(made: Made, locale: string): string {
  return made.last === null ? describeTitle(made, locale) : announceLast(made, made.last, locale)
}

function announceLast({ links }: Made, last: Exclude<Last, null>, locale: string): string {
  switch (last) {
    case 'asking':
      return ''
    case 'refused':
      return words.copyRefused
    case 'share-refused':
      return words.shareRefused
    case 'qr-unavailable':
      return words.qrUnavailable
    case 'keep-refused':
      return words.keepRefused
    case 'instructions':
    case 'list':
    case 'pin':
    case 'receipt':
      return words.copied
    default: {
      const link = links[last.link]
      return links.length === 1 || link === undefined ? words.copied : `${words.copied}: ${describePerson(link, last.link, locale)}`
    }
  }
}
