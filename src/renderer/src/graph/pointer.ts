/** What the pointer does to a graph; pixels from the element's left and top. */
export interface PointerTarget {
  /** The node under a pixel, or -1. */
  nodeAt(x: number, y: number): number
  /** Whether a line is under a pixel. */
  edgeAt(x: number, y: number): boolean
  onClick(x: number, y: number): void
  /** The node that the pointer rests on, or -1, and where it rests; null when it left. */
  onHover(slot: number, at: readonly [x: number, y: number] | null): void
  onPan(dx: number, dy: number): void
  onZoom(factor: number, x: number, y: number): void
  onDrag(slot: number, x: number, y: number, dropped: boolean): void
}

/** Pixels that a pointer may slip while it clicks. */
const SLIP = 4
const WHEEL = 0.0015
/** Pixels of one step of a wheel that tells lines. */
const LINE = 16

interface Held {
  readonly startX: number
  readonly startY: number
  x: number
  y: number
  moved: boolean
  /** The node that was under the pointer. */
  readonly slot: number
}

/** Listens to mouse, touch and pen on the element until the returned function is called. */
export function listenToPointer(element: HTMLElement, target: PointerTarget): () => void {
  const held = new Map<number, Held>()
  let hoverFrame = 0
  let last: { x: number; y: number } | null = null

  const place = (event: MouseEvent): { readonly x: number; readonly y: number } => {
    const box = element.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  const distance = (): number => {
    const [a, b] = [...held.values()]
    return a === undefined || b === undefined ? 0 : Math.hypot(a.x - b.x, a.y - b.y)
  }
  const hover = (): void => {
    hoverFrame = 0
    if (last === null || held.size > 0) return
    const slot = target.nodeAt(last.x, last.y)
    target.onHover(slot, [last.x, last.y])
    element.style.cursor = slot >= 0 || target.edgeAt(last.x, last.y) ? 'pointer' : 'grab'
  }
  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return
    const { x, y } = place(event)
    // The element may be focused by the click, and the pointer stays ours while it is pressed.
    element.setPointerCapture(event.pointerId)
    const slot = held.size === 0 ? target.nodeAt(x, y) : -1
    held.set(event.pointerId, { startX: x, startY: y, x, y, moved: held.size > 0, slot })
  }
  const onMove = (event: PointerEvent): void => {
    const { x, y } = place(event)
    last = { x, y }
    const one = held.get(event.pointerId)
    if (one === undefined) {
      if (hoverFrame === 0) hoverFrame = requestAnimationFrame(hover)
      return
    }
    const before = distance()
    const [dx, dy] = [x - one.x, y - one.y]
    one.x = x
    one.y = y
    if (held.size === 2) {
      const [a, b] = [...held.values()]
      if (a === undefined || b === undefined) return
      if (before > 0) target.onZoom(distance() / before, (a.x + b.x) / 2, (a.y + b.y) / 2)
      target.onPan(dx / 2, dy / 2)
      return
    }
    if (!one.moved && Math.hypot(x - one.startX, y - one.startY) < SLIP) return
    const [byX, byY] = one.moved ? [dx, dy] : [x - one.startX, y - one.startY]
    one.moved = true
    element.style.cursor = 'grabbing'
    if (one.slot >= 0) target.onDrag(one.slot, x, y, false)
    else target.onPan(byX, byY)
  }
  const onUp = (event: PointerEvent): void => {
    const one = held.get(event.pointerId)
    held.delete(event.pointerId)
    if (one === undefined) return
    const { x, y } = place(event)
    element.style.cursor = 'grab'
    if (one.moved) {
      if (one.slot >= 0) target.onDrag(one.slot, x, y, true)
    } else if (event.type === 'pointerup') target.onClick(x, y)
  }
  const onLeave = (): void => {
    last = null
    if (held.size === 0) target.onHover(-1, null)
  }
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault()
    const { x, y } = place(event)
    const step = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * LINE
    target.onZoom(Math.exp(-Math.max(-400, Math.min(400, step)) * WHEEL), x, y)
  }
  const onDouble = (event: MouseEvent): void => {
    const { x, y } = place(event)
    if (target.nodeAt(x, y) < 0 && !target.edgeAt(x, y)) target.onZoom(event.shiftKey ? 0.5 : 2, x, y)
  }
  element.style.cursor = 'grab'
  element.style.touchAction = 'none'
  const listeners: readonly (readonly [string, EventListener])[] = [
    ['pointerdown', onDown as EventListener],
    ['pointermove', onMove as EventListener],
    ['pointerup', onUp as EventListener],
    ['pointercancel', onUp as EventListener],
    ['pointerleave', onLeave],
    ['dblclick', onDouble as EventListener],
  ]
  for (const [type, listener] of listeners) element.addEventListener(type, listener)
  element.addEventListener('wheel', onWheel, { passive: false })
  return () => {
    cancelAnimationFrame(hoverFrame)
    for (const [type, listener] of listeners) element.removeEventListener(type, listener)
    element.removeEventListener('wheel', onWheel)
  }
}
