import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PATIENCE_MS, until } from '../../packages/server/test/support/server-process.ts'
import { type WebkitPage, createPage } from './webkit-page.ts'

/** Somebody's WebKit, on a display of its own. Nothing of it is shared with another, not even the clipboard. */
export interface Webkit {
  readonly page: WebkitPage
  /** Close it, and see that no process and no file of it stays behind. */
  close(): Promise<void>
}

/** A process of ours, which ends with us even if we are killed. */
interface Begun {
  readonly child: ChildProcess
  /** What it and all that it started have said last. */
  readonly said: () => string
  /** It has ended, and so has all that it started: they share its output. */
  readonly ended: Promise<void>
}

/**
 * Debian's WebKitGTK, driven over WebDriver as W3C defines it. A driver has one session at a
 * time, so that everybody gets one of their own. WebKit draws on a screen only: Xvfb is one.
 */
export async function launchWebkit(): Promise<Webkit> {
  const home = mkdtempSync(join(tmpdir(), 'letterlock-webkit-'))
  const begun: Begun[] = []
  const close = async () => {
    for (const { child } of begun) child.kill()
    await Promise.all(begun.map(seeEnded))
    rmSync(home, { recursive: true, force: true })
  }
  try {
    calm(home)
    const screen = begin(
      process.env['XVFB'] ?? '/usr/bin/Xvfb',
      ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'],
      {},
    )
    begun.push(screen)
    const display = await readDisplay(screen)
    const driver = begin(process.env['WEBKIT_DRIVER'] ?? '/usr/bin/WebKitWebDriver', ['--host=127.0.0.1', '--port=0'], {
      HOME: home,
      XDG_RUNTIME_DIR: home,
      DISPLAY: `:${display}`,
      GDK_BACKEND: 'x11',
      LANG: 'C.UTF-8',
      // Neither a bus nor a daemon of the desktop is looked for, or started, for a browser that needs none.
      DBUS_SESSION_BUS_ADDRESS: 'disabled:',
      GSETTINGS_BACKEND: 'memory',
      GIO_USE_VFS: 'local',
      NO_AT_BRIDGE: '1',
      // As Chromium's --no-sandbox: root in a container cannot have one.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      // There is no graphics card to share buffers with: without them, a page takes half the processor time.
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
    })
    begun.push(driver)
    const port = await until('the driver of WebKit to listen', () => {
      assert.equal(driver.child.exitCode, null, `the driver of WebKit has ended: ${driver.said()}`)
      return findPort(driver.child.pid as number)
    })
    const { page, end } = await createPage(`http://127.0.0.1:${port}`)
    return { page, close: () => end().then(close, close) }
  } catch (error) {
    await close()
    throw error
  }
}

/** Nothing moves on its pages, as with a reader who asked for that: what is to be pressed stays where it is. */
function calm(home: string): void {
  const folder = join(home, '.config', 'gtk-3.0')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'settings.ini'), '[Settings]\ngtk-enable-animations=0\n')
}

function begin(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Begun {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', command, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece) => (said = (said + String(piece)).slice(-4096)))
  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => (said += error.message))
    child.on('close', () => resolve())
  })
  return { child, said: () => said, ended }
}

/** The number of the display, which Xvfb chooses and says once it is ready. */
async function readDisplay({ child, said }: Begun): Promise<string> {
  let number = ''
  child.stdio[3]?.on('data', (piece) => (number += String(piece)))
  return until('a display for WebKit', () => {
    assert.equal(child.exitCode, null, `Xvfb has ended: ${said()}`)
    return /^(\d+)\n/.exec(number)?.[1]
  })
}

/** Where a process listens on 127.0.0.1: it chose the port, and tells nobody but the kernel. */
function findPort(pid: number): number | undefined {
  const own = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => readSocket(`/proc/${pid}/fd/${fd}`)))
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
    if (state === '0A' && local.startsWith('0100007F:') && own.has(`socket:[${inode}]`)) return Number.parseInt(local.slice(9), 16)
  }
}

function readSocket(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    // It has just been closed.
    return ''
  }
}

async function seeEnded({ child, said, ended }: Begun): Promise<void> {
  let alarm: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    alarm = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`WebKit has left processes behind: ${said()}`))
    }, PATIENCE_MS)
  })
  await Promise.race([ended, late]).finally(() => clearTimeout(alarm))
}
