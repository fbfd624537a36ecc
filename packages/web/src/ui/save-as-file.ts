/** How long a saved file's address is kept for the browser to read from, in ms. */
const READ_MS = 60_000

/** Hand a text to the reader as a file that nothing will try to render. */
export function saveAsFile(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), READ_MS)
}
