/** Something within the list that has the focus: in which entry, and the how manieth there. */
export interface Focused {
  readonly index: number
  readonly place: number
}

const listItems = () => Array.from(document.querySelectorAll('.receipts > li'))
const listFocusable = (item: Element | undefined) => Array.from(item?.querySelectorAll<HTMLElement>('h2, a, button') ?? [])

export function findFocused(): Focused | null {
  const items = listItems()
  const index = items.findIndex((item) => item.contains(document.activeElement))
  if (index < 0) return null
  return { index, place: listFocusable(items[index]).findIndex((element) => element === document.activeElement) }
}

/** Give the focus back to what had it, now that its entry stands elsewhere; to the page's heading if it is gone. */
export function refocus({ place }: Focused, index: number): void {
  const again = listFocusable(listItems()[index])[place]
  if (again === undefined) focusHeading()
  else again.focus()
}

/** Move the focus to an entry; to the last one if there are fewer; to the page's heading if there are none. */
export function focusEntry(index: number): void {
  const item = listItems()
    .slice(0, index + 1)
    .at(-1)
  const [name] = listFocusable(item)
  if (name === undefined) focusHeading()
  else name.focus()
}

function focusHeading(): void {
  document.querySelector('h1')?.focus()
}
