/** Levels that are tried, at most. */
const LEVELS_MAX = 6

/** The folders that an address lies in, nearest first: one of them is the instance. */
export function listBases(address: string): readonly string[] {
  const { origin, pathname } = new URL(address)
  const folders = pathname.split('/').slice(1, -1)
  return folders
    .map((_, depth) => `${origin}/${folders.slice(0, folders.length - depth).join('/')}/`)
    .concat(`${origin}/`)
    .slice(0, LEVELS_MAX)
}
