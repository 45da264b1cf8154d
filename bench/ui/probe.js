/** Runs in the page before anything else: counts what is drawn, and plays the user. Reached as `bench` by bench/ui/run.ts. */
{
  const probe = { points: 0, firstAt: 0, wanted: 0, cpu: 0, counting: false }
  /** Replaces a method with one that is given the original, bound to its object. */
  const wrap = (prototype, name, replacement) => {
    const original = Reflect.get(prototype, name)
    prototype[name] = function (...args) {
      return replacement((...passed) => Reflect.apply(original, this, passed), ...args)
    }
  }
  wrap(WebGL2RenderingContext.prototype, 'drawArrays', (draw, mode, first, count) => {
    if (mode === WebGL2RenderingContext.POINTS) {
      probe.points++
      if (probe.firstAt === 0 && probe.wanted > 0 && count >= probe.wanted) probe.firstAt = performance.now()
    }
    draw(mode, first, count)
  })
  // What is done on an animation frame, or in a task right after it, is the frame's CPU time, for our renderer and for sigma.
  const request = globalThis.requestAnimationFrame.bind(globalThis)
  globalThis.requestAnimationFrame = (callback) =>
    request((now) => {
      const from = performance.now()
      callback(now)
      const took = performance.now() - from
      if (probe.counting) probe.cpu += took
    })
  const later = globalThis.setTimeout.bind(globalThis)
  globalThis.setTimeout = (callback, ms, ...args) =>
    later(
      (...given) => {
        const from = performance.now()
        callback(...given)
        if (probe.counting && (ms ?? 0) === 0) probe.cpu += performance.now() - from
      },
      ms,
      ...args,
    )
  const frame = () => new Promise((resolve) => request(resolve))
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

  /**
   * Moves by `move(step)` on each frame for so long. Frames a second, and milliseconds of CPU a frame; where nodes are drawn
   * as points, only frames in which they were count.
   */
  const moving = async (ms, move) => {
    await frame()
    const points = probe.points
    Object.assign(probe, { cpu: 0, counting: true })
    const from = performance.now()
    let frames = 0
    while (performance.now() - from < ms) {
      move(frames)
      await frame()
      frames++
    }
    probe.counting = false
    const took = performance.now() - from
    const drawn = probe.points > points ? Math.min(frames, probe.points - points) : frames
    return { fps: (1000 * drawn) / took, cpu: probe.cpu / drawn }
  }

  globalThis.bench = {
    probe,
    moving,
    wait,
    /** Pulls the graph to and fro with the mouse. */
    async pan(ms) {
      const canvas = document.querySelector('[data-testid=graph] canvas')
      const box = canvas.getBoundingClientRect()
      const [x, y] = [box.left + box.width / 2, box.top + 8]
      const send = (type, dx) =>
        canvas.dispatchEvent(
          new PointerEvent(type, {
            bubbles: true,
            pointerId: 1,
            clientX: x + dx,
            clientY: y + dx / 3,
            button: 0,
            buttons: 1,
          }),
        )
      // A pointer that no hardware has cannot be captured.
      canvas.setPointerCapture = () => undefined
      send('pointerdown', 0)
      const result = await moving(ms, (step) => send('pointermove', 12 + 150 * (1 - Math.cos(step / 12))))
      send('pointerup', 12)
      return result
    },
    /** Milliseconds from typing a filter until the graph tells how many match, and the frame after it. */
    async filter(text) {
      const input = document.querySelector('.ps-graph-filter input')
      const graph = document.querySelector('[data-testid=graph]')
      const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')
      const before = graph.dataset.matches
      const from = performance.now()
      // React keeps a setter of its own on the element.
      value?.set?.call(input, text)
      input.dispatchEvent(new Event('input', { bubbles: true }))
      const until = from + 5000
      while (performance.now() < until && (graph.dataset.matches ?? '') === (before ?? '')) await wait(1)
      const found = performance.now()
      await frame()
      return { ms: performance.now() - from, matches: found < until ? (graph.dataset.matches ?? 'all') : 'no change' }
    },
    /** The window counts as hidden, or not, as a browser would tell it. */
    hide(hidden) {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
      Object.defineProperty(document, 'visibilityState', {
        configurable: true,
        get: () => (hidden ? 'hidden' : 'visible'),
      })
      document.dispatchEvent(new Event('visibilitychange'))
    },
    /** How often nodes are drawn in that time. */
    async draws(ms) {
      await wait(600)
      const before = probe.points
      await wait(ms)
      return probe.points - before
    },
    /** Where the graph put its nodes, by the end of their ids. */
    positions() {
      const key = Object.keys(localStorage).find((one) => one.startsWith('peerscope.positions.'))
      return key === undefined ? [] : JSON.parse(localStorage.getItem(key))
    },
  }
}
