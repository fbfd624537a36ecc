/**
 * Add the style of a part to the page. The page's own styles stand in its head, by their hash;
 * what comes later joins them the one way that the policy leaves. Its rules name their layer.
 */
export function adoptStyle(css: string): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  document.adoptedStyleSheets.push(sheet)
}
