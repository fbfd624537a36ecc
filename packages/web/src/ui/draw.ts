// The pages are written for Preact, and are rendered with it when they are built. In the
// browser they get this in its place, at a fifth of the weight: it draws pure functions of
// a state, which is all that the pages are. No hooks, classes, contexts or keys.

type Props = Readonly<Record<string, unknown>>
type Component = (props: Props) => Child
type Child = Drawn | string | number | boolean | null | undefined | readonly Child[]

/** An element as it should be. */
interface Drawn {
  readonly type: string | Component
  readonly props: Props
}

/** What each element was drawn with last. */
const lastProps = new WeakMap<Element, Props>()

/** What waits until everything stands in the document: a dialog can open only there. */
let arrivals: (() => void)[] = []

export function jsx(type: string | Component, props: Props): Drawn {
  return { type, props }
}

export const jsxs = jsx

export function Fragment({ children }: Props): Child {
  return children as Child
}

/** Make what stands in the root what it should be, keeping every element that may stay. */
export function render(child: Child, root: Element): void {
  drawChildren(root, list(child))
  const arrived = arrivals
  arrivals = []
  for (const arrive of arrived) arrive()
}

/** HTML that was rendered before is taken over like anything else that stands there. */
export const hydrate = render

/** Call the components, and leave elements and texts in a row. */
function list(child: Child): (Drawn | string)[] {
  if (Array.isArray(child)) return child.flatMap(list)
  if (child === null || child === undefined || typeof child === 'boolean') return []
  if (typeof child !== 'object') return [String(child)]
  const drawn = child as Drawn
  return typeof drawn.type === 'string' ? [drawn] : list(drawn.type(drawn.props))
}

function drawChildren(parent: Element, children: readonly (Drawn | string)[]): void {
  let node: ChildNode | null = parent.firstChild
  for (const child of children) {
    const name = typeof child === 'string' ? '#text' : (child.type as string)
    // An element of the same name further on is the one that stood here: what is between has gone.
    let same = node
    while (same !== null && same.nodeName.toLowerCase() !== name) same = same.nextSibling
    if (same !== null) node = removeUpTo(node, same)
    const drawn = same ?? (name === '#text' ? new Text() : document.createElement(name))
    if (typeof child === 'string') {
      if (drawn.nodeValue !== child) drawn.nodeValue = child
    } else drawElement(drawn as Element, child.props)
    if (same === null) parent.insertBefore(drawn, node)
    node = drawn.nextSibling
  }
  while (node !== null) node = remove(node)
}

function removeUpTo(node: ChildNode | null, end: ChildNode): ChildNode {
  let next = node
  while (next !== null && next !== end) next = remove(next)
  return end
}

function remove(node: ChildNode): ChildNode | null {
  const next = node.nextSibling
  node.remove()
  return next
}

function drawElement(element: Element, props: Props): void {
  const last = lastProps.get(element)
  for (const name of Object.keys({ ...last, ...props })) {
    if (name === 'children') drawChildren(element, list(props[name] as Child))
    else if (name === 'ref') {
      if (last === undefined) arrivals.push(() => (props[name] as (element: Element) => void)(element))
    } else if (last?.[name] !== props[name] || name === 'value' || name === 'checked')
      setProp(element as unknown as Record<string, unknown> & Element, name, props[name])
  }
  if (props['children'] === undefined && last?.['children'] === undefined) drawChildren(element, [])
  lastProps.set(element, props)
}

function setProp(element: Record<string, unknown> & Element, name: string, value: unknown): void {
  if (name.startsWith('on')) element[name.toLowerCase()] = value ?? null
  else if (name === 'value') {
    if (element[name] !== value) element[name] = value
  } else if (typeof value !== 'string' && value !== undefined && name in element) element[name] = value
  // In data-… and aria-… a false is a word like any other.
  else if (value === undefined || value === null || (value === false && name[4] !== '-')) element.removeAttribute(name)
  else element.setAttribute(name, `${value as string | number | boolean}`)
}
