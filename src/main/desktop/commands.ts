import type { DesktopCommand } from '../../shared/desktop-binding.ts'

/** Commands that wait for a page; the oldest goes first. */
const MAX_WAITING = 16

/** What the page is asked to do, kept until a page listens. */
export class Commands {
  #waiting: DesktopCommand[] = []
  #wake: () => void = () => undefined
  #listeners = 0

  /** A second invitation takes the place of one that was not shown yet: nobody can pile them up. */
  send(command: DesktopCommand): void {
    const others =
      command.kind === 'ConfirmJoin' ? this.#waiting.filter(({ kind }) => kind !== 'ConfirmJoin') : this.#waiting
    this.#waiting = [...others, command].slice(-MAX_WAITING)
    this.#wake()
  }

  /** The commands, for one page: the listener that came last has them, others end. */
  async *listen(signal: AbortSignal): AsyncGenerator<DesktopCommand> {
    this.#listeners += 1
    const mine = this.#listeners
    this.#wake()
    const onAbort = (): void => this.#wake()
    signal.addEventListener('abort', onAbort)
    try {
      while (!signal.aborted && mine === this.#listeners) {
        const command = this.#waiting.shift()
        if (command === undefined)
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
        else yield command
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }
}
