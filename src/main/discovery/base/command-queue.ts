import { Cancelled } from '../../../shared/errors.ts'

/** Rule HD3: one input at a time, in the order in which they came. Commands are synchronous and run at once. */
export class CommandQueue {
  #pending: (() => void)[] = []
  #running = false
  #inCommand = false
  #closed = false
  readonly #onDefect: (error: unknown) => void
  readonly #afterEach: () => void

  /**
   * @param onDefect gets what a command throws that nobody waits for
   * @param afterEach runs after each command, before the next one
   */
  constructor(onDefect: (error: unknown) => void, afterEach: () => void = () => undefined) {
    this.#onDefect = onDefect
    this.#afterEach = afterEach
  }

  /** Whether a command runs. */
  get running(): boolean {
    return this.#inCommand
  }

  /** Runs the command now, or after those that run; never after `close`. */
  submit(command: () => void): void {
    if (this.#closed) return
    this.#pending.push(command)
    if (this.#running) return
    this.#running = true
    try {
      for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) this.#run(next)
    } finally {
      this.#running = false
    }
  }

  /** Runs the command and gives its result. @throws Cancelled after `close`, or what the command throws */
  call<T>(command: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    if (this.#closed) {
      reject(new Cancelled('the network was left'))
      return promise
    }
    this.submit(() => {
      try {
        resolve(command())
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
    return promise
  }

  /** Ends it. What waits is dropped. */
  close(): void {
    this.#closed = true
    this.#pending = []
  }

  #run(command: () => void): void {
    this.#inCommand = true
    try {
      command()
    } catch (error) {
      this.#onDefect(error)
    } finally {
      this.#inCommand = false
    }
    this.#afterEach()
  }
}
