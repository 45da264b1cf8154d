import type { Unsubscribe } from '../ports.ts'

/** Gets what a listener threw, or what the promise it returned was rejected with, and the listener. */
export type OnListenerError = (error: unknown, listener: object) => void

interface Listener<Args extends readonly unknown[]> {
  readonly call: (...args: Args) => unknown
  removed: boolean
}

/** Functions of others that are called in the order in which they came. One that throws ends nothing (rule EV4). */
export class Listeners<Args extends readonly unknown[]> {
  /**
   * Each call of `add` stands for itself, also with a function that is there already. Thousands of events a second go through
   * the list, so it is replaced when it changes: to walk it takes no iterator.
   */
  #listeners: readonly Listener<Args>[] = []
  readonly #onError: OnListenerError

  /** @param onError default: the error is thrown again as an uncaught one */
  constructor(onError: OnListenerError = throwUncaught) {
    this.#onError = onError
  }

  get size(): number {
    return this.#listeners.length
  }

  add(listener: (...args: Args) => unknown): Unsubscribe {
    const added: Listener<Args> = { call: listener, removed: false }
    this.#listeners = [...this.#listeners, added]
    return () => {
      added.removed = true
      this.#listeners = this.#listeners.filter((known) => known !== added)
    }
  }

  clear(): void {
    for (const listener of this.#listeners) listener.removed = true
    this.#listeners = []
  }

  /** Calls all that are there now, but those that one before them removes. Never throws. */
  tell(...args: Args): void {
    for (const listener of this.#listeners) {
      if (listener.removed) continue
      const { call } = listener
      try {
        const result = call(...args)
        if (result instanceof Promise) result.catch((error: unknown) => this.#failed(error, call))
      } catch (error) {
        this.#failed(error, call)
      }
    }
  }

  #failed(error: unknown, listener: object): void {
    try {
      this.#onError(error, listener)
    } catch (second) {
      throwUncaught(second)
    }
  }
}

/** The host hears of it (in Node as `uncaughtException`), and what runs now goes on. */
function throwUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
