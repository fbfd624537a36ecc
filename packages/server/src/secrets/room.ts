import { statfsSync } from 'node:fs'

/** How often the free space of the disk is asked for, in ms. */
const FREE_BYTES_AGE_MS = 1000

/**
 * Say whether there is no room for new secrets: too many bytes wait already, or the disk is
 * nearly full. Opening and erasing must go on then, and they need some room too.
 */
export function watchRoom(options: {
  readonly directory: string
  readonly storedBytesMax: number
  readonly freeBytesMin: number
}): (liveBytes: number) => boolean {
  let freeBytes = 0
  let readAtMs = Number.NEGATIVE_INFINITY
  return (liveBytes) => {
    const atMs = performance.now()
    if (atMs - readAtMs > FREE_BYTES_AGE_MS) {
      const { bavail, bsize } = statfsSync(options.directory)
      freeBytes = bavail * bsize
      readAtMs = atMs
    }
    return liveBytes > options.storedBytesMax || freeBytes < options.freeBytesMin
  }
}
