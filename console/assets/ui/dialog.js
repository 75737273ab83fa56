import { button, element, focusOn, freshId } from './element.js'

/** Opens a modal dialog; `content` is made with the means to close it. Focus returns to where it was, or to the page's heading. */
export function openDialog(title, content, closed = () => undefined) {
  const id = freshId('dialog')
  const dialog = element('dialog', { class: 'dialog', 'aria-labelledby': id })
  const close = () => dialog.close()
  dialog.append(
    element(
      'header',
      { class: 'dialog-head' },
      element('h2', { id }, title),
      button('×', close, { class: 'dialog-close', 'aria-label': 'Close' }),
    ),
    content(close),
  )
  dialog.addEventListener('close', () => {
    leave(dialog)
    closed()
  })
  document.body.append(dialog)
  dialog.showModal()
  dialog.querySelector('input, select, textarea')?.focus()
}

function leave(dialog) {
  dialog.remove()
  const heading = document.querySelector('main h1')
  if (document.activeElement === document.body && heading) focusOn(heading)
}
