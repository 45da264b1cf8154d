/** Dialogs, menus and lists of choices. */
export const OVERLAYS = '[role=dialog], [role=menu], [role=listbox]'
/** Where keys are typed or mean something else, beside fields of text: keys of the whole window do nothing there. */
const OWN_KEYS = `select, [contenteditable], ${OVERLAYS}`
/** Kinds of input that hold no text. Letters do nothing in them: arrows and the space bar are their own keys. */
const NO_TEXT: ReadonlySet<string> = new Set([
  'button',
  'checkbox',
  'radio',
  'range',
  'file',
  'submit',
  'reset',
  'color',
])

/** What of an element tells whether it takes text, as the DOM names it. */
export interface FieldLike {
  readonly localName: string
  readonly type?: string
  readonly readOnly?: boolean
  readonly value?: string
}

/** What stands in a field of text; null where there is none to write in. */
export function textIn({ localName, type = 'text', readOnly = false, value = '' }: FieldLike): string | null {
  if (localName === 'textarea') return value
  return localName === 'input' && !NO_TEXT.has(type) && !readOnly ? value : null
}

/** Whether something happens in a dialog, a menu or a list of choices. */
export function isInOverlay(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(OVERLAYS) !== null
}

/** A dialog that is open, and takes the page behind it out of reach. */
const MODAL = '[role=dialog][aria-modal=true]'

/** Whether a dialog is open: keys of the whole window do nothing then, wherever the focus is. */
function isDialogOpen(): boolean {
  return document.querySelector(MODAL) !== null
}

/** Whether a key is not for the whole window: a dialog is open, or it is pressed where keys mean something else. */
export function isKeyTaken(target: EventTarget | null): boolean {
  return hasOwnKeys(target) || isDialogOpen()
}

/** Whether what a key is pressed in has keys of its own. A field that only opens a list has some while that is open. */
function hasOwnKeys(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  const choosing = target.localName === 'input' && target.ariaExpanded === 'true'
  return textIn(target) !== null || choosing || target.closest(OWN_KEYS) !== null
}
