import type { Unsubscribe } from '../ports.ts'

/** Gets what a listener threw, or what the promise it returned was rejected with, and the listener. */
export type OnListenerError = (error: unknown, listener: object) => void

/** Functions of others that are called in the order in which they came. One that throws ends nothing (rule EV4). */
export class Listeners<Args extends readonly unknown[]> {
  /** Each call of `add` stands for itself, also with a function that is there already. */
  readonly #listeners = new Set<{ readonly call: (...args: Args) => unknown }>()
  readonly #onError: OnListenerError

  /** @param onError default: the error is thrown again as an uncaught one */
  constructor(onError: OnListenerError = throwUncaught) {
    this.#onError = onError
  }

  get size(): number {
    return this.#listeners.size
  }

  add(listener: (...args: Args) => unknown): Unsubscribe {
    const added = { call: listener }
    this.#listeners.add(added)
    return () => void this.#listeners.delete(added)
  }

  clear(): void {
    this.#listeners.clear()
  }

  /** Calls all. Never throws. */
  tell(...args: Args): void {
    for (const { call } of this.#listeners) {
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
