import { useEffect, useState } from 'react'

/** A value that changes often, as it was when it changed last, or at most so long ago: what is asked for because of it is asked that seldom. */
export function useSlowly<T>(value: T, everyMs: number): T {
  const [slowly] = useState(() => new Slowly(value, everyMs))
  const [shown, setShown] = useState(value)
  useEffect(() => slowly.follow(setShown), [slowly])
  useEffect(() => slowly.take(value), [slowly, value])
  return shown
}

/** Passes on the newest value at once where it passed on none lately, else as soon as it has waited. */
export class Slowly<T> {
  readonly #everyMs: number
  #shown: T
  #newest: T
  #tell: ((value: T) => void) | null = null
  #waiting: ReturnType<typeof setTimeout> | null = null

  constructor(value: T, everyMs: number) {
    this.#everyMs = everyMs
    this.#shown = this.#newest = value
  }

  /** Tells this listener, until the returned function is called. */
  follow(tell: (value: T) => void): () => void {
    this.#tell = tell
    return () => {
      this.#tell = null
      if (this.#waiting !== null) clearTimeout(this.#waiting)
      this.#waiting = null
    }
  }

  take(value: T): void {
    this.#newest = value
    if (this.#waiting === null) this.#pass()
  }

  #pass(): void {
    this.#waiting = null
    if (this.#newest === this.#shown || this.#tell === null) return
    this.#shown = this.#newest
    this.#tell(this.#shown)
    this.#waiting = setTimeout(() => this.#pass(), this.#everyMs)
  }
}
