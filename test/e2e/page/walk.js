/** Runs in the page before anything else: what can be pressed or filled in, and where the keyboard is. */
{
  const WIDGETS = 'a[href], button, input, select, textarea, summary, [tabindex]'
  /** In these the arrow keys move, and Tab goes past. */
  const COMPOSITE =
    '[role=menu], [role=listbox], [role=grid], [role=table], [role=tablist], [role=radiogroup], [role=tree]'
  /** Part of a field that has keys of its own. */
  const HELPERS = '[aria-hidden=true], .mantine-Input-section'

  const visible = (element) =>
    element.checkVisibility({ opacityProperty: false, visibilityProperty: true }) && element.getClientRects().length > 0
  const usable = (element) => visible(element) && !element.matches(':disabled') && element.closest('[inert]') === null

  /** Radio buttons of one name are one stop. */
  const stopOf = (element) =>
    element.matches('input[type=radio]') ? `radio ${element.name}` : (element.dataset.walk ??= String(walk.next++))

  const wordsOf = (element) => {
    const words = element.getAttribute('aria-label') ?? element.labels?.[0]?.innerText ?? element.innerText
    return `${element.tagName.toLowerCase()}${element.id === '' ? '' : `#${element.id}`} ${(words ?? '').slice(0, 40)}`
  }

  /** Whether a ring is drawn: on the element, or on the part that stands for it. */
  const ringed = (element) => {
    const { parentElement: parent } = element
    const near = [element, element.closest('.mantine-Input-input'), parent, ...(parent?.children ?? [])]
    return near.some((one) => {
      if (one === null) return false
      const { outlineStyle, outlineWidth } = getComputedStyle(one)
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1
    })
  }

  const walk = (globalThis.walk = {
    next: 0,
    /** Where the keyboard was since `start`, in that order. */
    seen: [],
    /** All stops that the keyboard should come to, by name, and buttons that it never could. */
    stops() {
      const all = [...document.querySelectorAll(WIDGETS)].filter(usable)
      const stops = {}
      const lost = []
      for (const element of all) {
        if (element.tabIndex >= 0) stops[stopOf(element)] = wordsOf(element)
        else if (element.matches('button, a') && element.closest(`${COMPOSITE}, ${HELPERS}`) === null)
          lost.push(wordsOf(element))
      }
      return { stops, lost }
    },
    /** The stop that has the focus; null where none has. */
    here() {
      const { activeElement: at } = document
      if (at === null || at === document.body) return null
      return { stop: stopOf(at), words: wordsOf(at), ringed: ringed(at) }
    },
    /** The next Tab begins at the top. */
    start() {
      walk.top?.remove()
      walk.top = document.createElement('span')
      walk.top.tabIndex = -1
      document.body.prepend(walk.top)
      // It stays: the window gives the keyboard another place when what it is on goes away.
      walk.top.focus()
      walk.seen = []
    },
  })
  addEventListener('focusin', () => {
    const here = walk.here()
    if (here !== null) walk.seen.push(here)
  })
}
