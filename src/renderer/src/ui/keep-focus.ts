/** How many elements that had the focus are remembered: more than one goes through in a part that goes away. */
const REMEMBERED = 200
/** What gives the focus back itself, such as a dialog that closes, has so long to do it, in milliseconds. */
const WAIT_MS = 80
/** Attributes that tell that something is switched off, and whether only while it works. */
const WATCHED = ['disabled', 'data-loading']

/**
 * Keeps the keyboard's place where what had the focus goes away or is switched off: it goes to the nearest part around that
 * takes the focus, else to what had it before. Until the returned function is called.
 */
export function keepFocus(page: Document): () => void {
  let last: HTMLElement | null = null
  let around: readonly HTMLElement[] = []
  let before: readonly HTMLElement[] = []
  let timer: ReturnType<typeof setTimeout> | null = null
  /** Whether it is switched off while it works, and gets the focus back when it can be pressed again. */
  let off = false

  const look = (): void => {
    timer = null
    // A window that is left keeps its place.
    if (last === null || page.activeElement !== page.body || !page.hasFocus()) return
    if (usable(last)) {
      // The user left it for nothing, unless it was switched off.
      if (off) last.focus({ preventScroll: true })
      else last = null
      return
    }
    // What is gone does not come back, whatever it did.
    if (off && last.isConnected && last.matches('[data-loading]')) return
    const to = around.find((one) => takesFocus(one) && usable(one)) ?? before.findLast(usable)
    to?.focus({ preventScroll: true })
  }
  const lookSoon = (): void => {
    // Noted at once: it may be over when it is looked at.
    off ||= last?.matches(':disabled') === true
    if (last !== null && page.activeElement === page.body) timer ??= setTimeout(look, WAIT_MS)
  }
  const onFocus = (event: FocusEvent): void => {
    if (!(event.target instanceof HTMLElement)) return
    last = event.target
    off = false
    around = ancestorsOf(last)
    before = [...before.filter((one) => one !== last && one.isConnected), last].slice(-REMEMBERED)
  }
  // It comes also before an element is taken away: only later it can be told who left whom.
  const onBlur = (event: FocusEvent): void => {
    if (event.relatedTarget === null) timer ??= setTimeout(look, WAIT_MS)
    else last = null
  }
  const observer = new MutationObserver(lookSoon)
  observer.observe(page.body, { childList: true, subtree: true, attributes: true, attributeFilter: WATCHED })
  page.addEventListener('focusin', onFocus)
  page.addEventListener('focusout', onBlur)
  return () => {
    observer.disconnect()
    if (timer !== null) clearTimeout(timer)
    page.removeEventListener('focusin', onFocus)
    page.removeEventListener('focusout', onBlur)
  }
}

/** Whether an element can have the focus: there, switched on, and seen. */
function usable(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(':disabled') && element.checkVisibility({ visibilityProperty: true })
}

/** A dialog takes it by program only: nothing behind it should have it instead. */
function takesFocus(element: HTMLElement): boolean {
  return element.tabIndex >= 0 || element.matches('[role=dialog][tabindex]')
}

function ancestorsOf(element: HTMLElement): readonly HTMLElement[] {
  const found: HTMLElement[] = []
  for (let one = element.parentElement; one !== null; one = one.parentElement) found.push(one)
  return found
}
