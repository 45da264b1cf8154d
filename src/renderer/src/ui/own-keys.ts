/** Dialogs, menus and lists of choices. */
export const OVERLAYS = '[role=dialog], [role=menu], [role=listbox]'
/** Where keys are typed or mean something else: keys of the whole window do nothing there. */
const OWN_KEYS = `input, textarea, select, [contenteditable], ${OVERLAYS}`

/** Whether something happens in a dialog, a menu or a list of choices. */
export function isInOverlay(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(OVERLAYS) !== null
}

/** Whether what a key is pressed in has keys of its own. */
export function hasOwnKeys(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(OWN_KEYS) !== null
}
