/**
 * How the field for a PIN looks. The page's own styles stand in its head, by their hash; what
 * only a PIN needs comes with the part, and joins them the one way that the policy leaves.
 */
const STYLE = `@layer screens {
  #pin {
    font: 1.375rem/1.5 var(--mono);
    letter-spacing: 0.06em;
  }

  #pin[data-masked='true'] {
    -webkit-text-security: disc;
  }

  .field > .row {
    margin-block: 0.25rem;
  }

  #pin-keys {
    display: none;
  }

  progress {
    inline-size: 100%;
    accent-color: var(--accent);
  }

  /* Only where there is a keyboard on the screen to be changed. */
  @media (pointer: coarse) {
    #pin-keys {
      display: contents;
    }
  }
}`

/** Add the style to the page, once. */
export function addPinStyle(): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(STYLE)
  document.adoptedStyleSheets.push(sheet)
}
