/** Counts turns of the event loop, so that a test sees whether others had one. */
export function countTurns(): { readonly count: number; stop(): void } {
  let count = 0
  let next = setImmediate(tick)
  function tick(): void {
    count += 1
    next = setImmediate(tick)
  }
  return {
    get count() {
      return count
    },
    stop: () => clearImmediate(next),
  }
}
