import { visible } from '../../shared/visible-text.ts'

/** Characters of output that are kept, and of what is shown of them. */
const MAX_KEPT = 8192
const MAX_SHOWN = 600
/** Lines that are shown. */
const MAX_LINES = 5

/** The end of what a process wrote to standard error, to say why it ended. */
export class LastLines {
  #text = ''

  add(chunk: string): void {
    this.#text = (this.#text + chunk).slice(-MAX_KEPT)
  }

  /** The last lines in one, without stack frames and control characters; empty when there are none. */
  summary(): string {
    const lines = this.#text
      .split('\n')
      .map((line) => line.replaceAll(/\p{Cc}(\[[\d;]*m)?/gu, ''))
      .filter((line) => line.trim() !== '' && !/^\s+(at |\^)|^Node\.js v\d/.test(line))
    return lines
      .slice(-MAX_LINES)
      .map((line) => visible(line.trim()))
      .join('; ')
      .slice(-MAX_SHOWN)
  }
}
