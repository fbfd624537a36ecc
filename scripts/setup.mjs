// Installs and builds what is missing or stale, says what it does, and does nothing the
// second time. Plain JavaScript for Node 20 and later, because it runs before anything else.
//
//   --build   the pages and the server, as `npm start` serves them
//   --tools   the format and lint tools
//   --test    what the tests need: those tools and browsers
//   --audit   what `npm run audit` needs: Lighthouse
//   --pictures   what pictures in Japanese need: a font that has its letters
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const wants = new Set(process.argv.slice(2))

install('.', ['ci'], 'the dependencies')
installLibraries()
if (wants.has('--test') || wants.has('--tools')) install('tools', ['install', '--no-save'], 'the format and lint tools')
if (wants.has('--audit')) install('bench', ['install', '--no-save'], 'Lighthouse')
if (wants.has('--build')) build()
if (wants.has('--test')) installBrowsers()
if (wants.has('--pictures')) installFont()

/** Run npm in a folder unless its packages are those of its lock file already. */
function install(folder, command, what) {
  const modules = join(root, folder, 'node_modules')
  const stamp = join(modules, '.letterlock-installed')
  const wanted = hashFiles(['package.json', 'package-lock.json'].map((name) => join(root, folder, name)).filter(existsSync))
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say(`Installing ${what} (npm ${command[0]}). This takes a minute the first time.`)
  run('npm', [...command, '--no-audit', '--no-fund', '--loglevel=error'], join(root, folder))
  mkdirSync(modules, { recursive: true })
  writeFileSync(stamp, wanted)
}

/** Build the pages and the server unless they were built from these very sources. */
function build() {
  const stamp = join(root, '.cache', 'built')
  const wanted = hashFiles(listSources())
  const isBuilt = existsSync(join(root, 'packages/server/dist/main.js')) && existsSync(join(root, 'packages/web/dist/manifest.json'))
  if (isBuilt && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Building the pages and the server.')
  run(nodeOfProject(), [join(root, 'scripts/build.mjs')], root)
  mkdirSync(join(root, '.cache'), { recursive: true })
  writeFileSync(stamp, wanted)
}

/** Debian's browsers, for tests in real engines. Installed only where that is ours to do. */
function installBrowsers() {
  const packages = {
    chromium: '/usr/bin/chromium',
    'firefox-esr': '/usr/bin/firefox-esr',
    'webkit2gtk-driver': '/usr/bin/WebKitWebDriver',
    xvfb: '/usr/bin/Xvfb',
    strace: '/usr/bin/strace',
    faketime: '/usr/bin/faketime',
    spin: '/usr/bin/spin',
    gcc: '/usr/bin/gcc',
    'libc6-dev': '/usr/include/stdio.h',
  }
  const missing = Object.keys(packages).filter((name) => !existsSync(packages[name]))
  installFromDebian('The tests need', missing)
}

/** Without it, a browser draws a box for every letter. */
function installFont() {
  if (!existsSync('/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf'))
    installFromDebian('Pictures in Japanese need', ['fonts-ipafont-gothic'])
}

/** The project's own Node wants one library that the smallest systems lack. */
function installLibraries() {
  const tried = spawnSync(nodeOfProject(), ['--version'], { encoding: 'utf8' })
  if (tried.status !== 0 && `${tried.stderr}`.includes('libatomic.so.1')) installFromDebian('Node 26 needs', ['libatomic1'])
}

/** Install packages where that is ours to do, and otherwise say how. */
function installFromDebian(who, missing) {
  if (missing.length === 0) return
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`
  const isOurs = process.getuid?.() === 0 && existsSync('/etc/debian_version')
  if (!isOurs) fail(`${who} ${missing.join(', ')}. On Debian: sudo ${command}`)
  say(`Installing ${missing.join(', ')} from Debian's packages.`)
  run('apt-get', ['update', '-qq'], root)
  run('apt-get', [...command.split(' ').slice(1), '-qq'], root, { DEBIAN_FRONTEND: 'noninteractive' })
}

function listSources() {
  const folders = ['protocol', 'client', 'server', 'web'].map((name) => join(root, 'packages', name))
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .filter((path) => !/[\\/](dist|node_modules|test)[\\/]/.test(path)),
  )
  return [...files, join(root, 'scripts/build.mjs'), join(root, 'package-lock.json')].toSorted()
}

function hashFiles(paths) {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(path).update('\0').update(readFileSync(path)).update('\0')
  return hash.digest('hex')
}

function nodeOfProject() {
  return join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

function run(command, args, cwd, env = {}) {
  const isWindows = process.platform === 'win32'
  const done = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], shell: isWindows, env: { ...process.env, ...env } })
  if (done.error !== undefined) fail(`Could not run ${command}: ${done.error.message}.`)
  if (done.status !== 0) fail(`"${command} ${args.join(' ')}" ended with ${done.status}. What it says above tells why.`)
}

function fail(message) {
  say(message)
  process.exit(1)
}

function say(message) {
  process.stderr.write(`letterlock: ${message}\n`)
}
