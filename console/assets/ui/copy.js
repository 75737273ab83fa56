import { button } from './element.js'
import { notice } from './notice.js'

/** A button that copies; where the browser refuses, the text stays on the page to be selected. */
export function copyButton(label, text) {
  return button(label, async () => {
    try {
      await navigator.clipboard.writeText(text)
      notice('Copied.')
    } catch {
      notice('The browser does not allow copying here: select the text and copy it yourself.')
    }
  })
}
