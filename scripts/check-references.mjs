// Everything that is pointed at must exist: sections of SPEC.md, files linked from documents,
// every problem code in the table of SPEC.md, every setting in docs/self-hosting.md.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** Every reference below `root` that leads nowhere, a line each. */
export function checkReferences(root) {
  const files = listFiles(root)
  const read = (path) => readFileSync(join(root, path), 'utf8')
  const spec = read('SPEC.md')
  const sections = new Set([...spec.matchAll(/^#{2,3} (\d+(?:\.\d+)?)\.? /gm)].map(([, number]) => number))
  return [
    ...files.flatMap((path) => listBrokenSections(path, read(path), sections)),
    ...files.filter((path) => path.endsWith('.md')).flatMap((path) => listBrokenLinks(root, path, read(path))),
    ...listMissing(
      read('packages/protocol/src/problem.ts'),
      /^ {2}(\w+): (\d{3}),$/gm,
      (code, status) => spec.includes(`| \`${code}\` | ${status} |`),
      'SPEC.md §7.3 lacks the code',
    ),
    ...listMissing(
      read('packages/server/src/settings.ts'),
      /setting(?:<.*?>)?\(\s*'([A-Z_]+)'/g,
      (name) => read('docs/self-hosting.md').includes(`\`LETTERLOCK_${name}\``),
      'docs/self-hosting.md lacks the setting',
    ),
  ]
}

function listBrokenSections(path, text, sections) {
  const pattern = path === 'SPEC.md' ? /§(\d+(?:\.\d+)?)/g : /SPEC(?:\.md)? §(\d+(?:\.\d+)?)/g
  return [...text.matchAll(pattern)]
    .filter(([, number]) => !sections.has(number))
    .map(([, number]) => `${path}: there is no SPEC §${number}`)
}

function listBrokenLinks(root, path, text) {
  const links = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link).filter((link) => !/^[a-z]+:/.test(link))
  return links.filter((link) => !existsSync(join(root, dirname(path), link))).map((link) => `${path}: there is no ${link}`)
}

function listMissing(text, pattern, isThere, complaint) {
  return [...text.matchAll(pattern)].filter(([, ...found]) => !isThere(...found)).map(([, name]) => `${complaint} ${name}`)
}

function listFiles(root) {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter(
      (path) => /\.(?:ts|tsx|md|py|mjs|css)$/.test(path) && !/(?:^|\/)(?:node_modules|dist|\.git|data|\.cache|screenshots)\//.test(path),
    )
    .toSorted()
}
