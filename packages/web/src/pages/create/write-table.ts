/** One secret of several that were made at once. */
export interface TableRow {
  /** What the sender calls it; may be empty. */
  readonly name: string
  readonly link: string
  readonly receiptLink: string
}

/** Without it, Excel reads UTF-8 as something else. */
const BYTE_ORDER_MARK = '\uFEFF'

/** What a spreadsheet program takes for the beginning of a formula, after spaces too. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/

/** What breaks a line, ends a text early, or turns the order of what follows around. */
const UNSEEMLY = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu

/**
 * Write rows as a file for spreadsheet programs: CSV of RFC 4180 in UTF-8. A cell that would
 * become a formula gets an apostrophe in front, which says that it is text.
 */
export function writeCsv(rows: readonly TableRow[], header: readonly [name: string, link: string, receiptLink: string]): string {
  const records = [header, ...rows.map(({ name, link, receiptLink }) => [name, link, receiptLink])]
  return BYTE_ORDER_MARK + records.map((cells) => `${cells.map(quoteCell).join(',')}\r\n`).join('')
}

/** Write rows as lines to be pasted into a mail, `name: link` each; without receipts, which are the sender's. */
export function writeLines(rows: readonly TableRow[]): string {
  return rows
    .map(({ name, link }) => {
      const plainName = name.replaceAll(UNSEEMLY, ' ').trim()
      return plainName === '' ? link : `${plainName}: ${link}`
    })
    .join('\n')
}

function quoteCell(text: string): string {
  const cell = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n;\t]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
