import type { Control, Figure, Stage, StageOptions } from '../stage.ts'
import { whyNoMount } from '../disks/mount.ts'
import { NO_OVERWRITE, NO_SECURE_DELETE } from '../disks/controls.ts'
import { type Left, proveFiles } from './files.ts'
import { type RawLeft, proveRawDisk } from './raw-disk.ts'

const COUNTS = { opened: 120, burned: 30, locked: 20, expired: 30, waits: 20 }
/** As many ended ones, but none that one has to wait for. */
const CONTROL_COUNTS = { ...COUNTS, opened: 150, expired: 0 }
/** Of 200, how many a database that does not erase must at least have kept. */
const KEPT_MIN = 151
const RAW_SECRETS = 100

export const stage: Stage = {
  packages: { e2fsprogs: '/usr/sbin/mkfs.ext4', mount: '/usr/bin/mount' },
  minutesMax: 12,
  async run(options) {
    const reason = whyNoMount('ext4')
    if (reason !== false) throw new Error(`P12 needs an ext4 file system in an image, and ${reason}`)
    const files = await proveInFiles(options)
    const raw = await proveOnDisk(options)
    return [files, raw]
  },
}

async function proveInFiles({ seed, say, after }: StageOptions): Promise<Figure> {
  const left = await proveFiles({ after }, { seed, counts: COUNTS })
  say(`files: ${tell(left)}`)
  const kept = await proveFiles({ after }, { seed, counts: CONTROL_COUNTS, patches: [NO_SECURE_DELETE] })
  say(`files, without secure_delete: ${tell(kept)}`)
  const shares = await proveFiles({ after }, { seed, counts: CONTROL_COUNTS, patches: [NO_OVERWRITE] })
  say(`files, without overwriting: ${tell(shares)}`)
  return {
    promise: 'P11',
    what: 'secrets of 72 B to 40 KiB that were opened, burned, locked or expired, of which a piece of the sealed bytes or the share stands in any file, while the server runs or after it was killed',
    tried: left.ended,
    unit: 'secrets',
    violations: Math.max(left.sealedRunning, left.sealedKilled) + Math.max(left.sharesRunning, left.sharesKilled),
    kind: 'sampled',
    controls: judgeFiles(left, kept, shares),
  }
}

export function judgeFiles(left: Left, kept: Left, shares: Left, keptMin = KEPT_MIN): readonly Control[] {
  return [
    {
      what: 'the same with secure_delete off',
      isCaught: kept.sealedRunning >= keptMin && kept.sealedKilled >= keptMin,
      how: `sealed bytes of ${kept.sealedKilled} of ${kept.ended} are found`,
    },
    {
      what: 'a vault that does not write over what it frees',
      isCaught: shares.sharesKilled === shares.ended,
      how: `shares of ${shares.sharesKilled} of ${shares.ended} are found`,
    },
    {
      what: 'secrets that still wait',
      isCaught: left.sealedWaiting === left.waiting && left.sharesWaiting === left.waiting,
      how: `sealed bytes and shares of ${Math.min(left.sealedWaiting, left.sharesWaiting)} of ${left.waiting} are found`,
    },
  ]
}

async function proveOnDisk({ seed, say, after }: StageOptions): Promise<Figure> {
  const counts = { seed, opened: RAW_SECRETS, waiting: RAW_SECRETS }
  const left = await proveRawDisk({ after }, counts)
  say(`blocks: ${JSON.stringify(left)}`)
  const kept = await proveRawDisk({ after }, { ...counts, patches: [NO_OVERWRITE] })
  say(`blocks, without overwriting: ${JSON.stringify(kept)}`)
  return {
    promise: 'P12',
    what: `opened secrets whose share is on a block of an ext4 disk; sealed bytes of ${left.sealed} of them still are, as they may, and are worthless without it`,
    tried: left.opened,
    unit: 'secrets',
    violations: Math.max(left.sharesRunning, left.sharesKilled),
    kind: 'sampled',
    controls: judgeRawDisk(left, kept),
  }
}

export function judgeRawDisk(left: RawLeft, kept: RawLeft): readonly Control[] {
  return [
    {
      what: 'secrets that still wait',
      isCaught: left.sharesWaiting === left.waiting,
      how: `shares of ${left.sharesWaiting} of ${left.waiting} are found`,
    },
    {
      what: 'shares in a file that is removed instead of overwritten',
      isCaught: left.sharesUnlinked === left.opened,
      how: `${left.sharesUnlinked} of ${left.opened} are found`,
    },
    {
      what: 'a vault that does not write over what it frees',
      isCaught: kept.sharesKilled === kept.opened,
      how: `shares of ${kept.sharesKilled} of ${kept.opened} are found`,
    },
  ]
}

function tell(left: Left): string {
  const { ended, sealedRunning, sealedKilled, sharesRunning, sharesKilled } = left
  return `of ${ended}, sealed bytes of ${sealedRunning} while running and ${sealedKilled} after a kill, shares of ${sharesRunning} and ${sharesKilled}`
}
