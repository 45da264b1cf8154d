import type { StoreStatus } from '../../shared/contract.ts'
import type { StoreOptions } from './types.ts'

/** Most notices that are told at once; later ones are only logged. */
const MAX_NOTICES = 8

/** How the store is, and who is told when that changes. */
export class StatusKeeper {
  readonly #options: Pick<StoreOptions, 'logger' | 'onStatus'>
  #base: StoreStatus
  /** What should be known for as long as this run lasts. */
  readonly #notices: string[] = []
  #told: StoreStatus
  /** Until the store is open, nobody can know what a status is about. */
  #started = false

  constructor(options: Pick<StoreOptions, 'logger' | 'onStatus'>, first: StoreStatus) {
    this.#options = options
    this.#base = first
    this.#told = first
  }

  get value(): StoreStatus {
    return this.#told
  }

  set(status: StoreStatus): void {
    this.#base = status
    this.#tell()
  }

  /** Adds something that stays to be known, whatever the state becomes. */
  notice(text: string): void {
    if (this.#notices.includes(text)) return
    if (this.#notices.length < MAX_NOTICES) this.#notices.push(text)
    else this.#options.logger?.warn({ notice: text }, 'the store does not work as it should')
    this.#tell()
  }

  /** The store is open: changes are told from now on. */
  start(): void {
    this.#started = true
    if (this.#told.state !== 'ok' || this.#told.notice !== undefined)
      this.#options.logger?.warn({ status: this.#told }, 'the store does not work as it should')
  }

  #tell(): void {
    const { notice, ...base } = this.#base
    const notices = [...(notice === undefined ? [] : [notice]), ...this.#notices]
    const next: StoreStatus = notices.length === 0 ? base : { ...base, notice: notices.join('. ') }
    const before = this.#told
    this.#told = next
    if (before.state === next.state && before.reason === next.reason && before.notice === next.notice) return
    if (!this.#started) return
    this.#options.logger?.warn({ status: next }, 'the state of the store changed')
    this.#options.onStatus?.(next)
  }
}
