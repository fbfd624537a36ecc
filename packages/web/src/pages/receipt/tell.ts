/** Whether this browser may be able to tell somebody something while they look elsewhere. */
export function canTell(): boolean {
  return 'Notification' in globalThis
}

/**
 * Ask whether this page may tell; call it on a press. Gives `false` where somebody, or the
 * browser, does not want that.
 */
export async function askToTell(): Promise<boolean> {
  try {
    // Some browsers let only a service worker tell, and say so here. Without permission, nothing is shown.
    if (Notification.permission === 'default') new Notification('').close()
    return (await Notification.requestPermission()) === 'granted'
  } catch {
    return false
  }
}

/**
 * Tell, outside of the page. It stands where others may see it, so it names no secret.
 * `false` if the browser does not.
 */
export function tell(title: string, body: string, lang: string): boolean {
  try {
    const told = new Notification(title, { body, lang })
    told.addEventListener('click', () => {
      focus()
      told.close()
    })
    return true
  } catch {
    return false
  }
}
