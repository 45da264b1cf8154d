/** What is remembered of broadcasts: their ids for a while, and for a shorter one their contents. Bounded whatever comes. */
import type { BroadcastConfig } from './config.ts'
import { BOUNDS } from './config.ts'
import type { MessageId } from './wire.ts'

/** What is known of a broadcast that was received, or is our own. */
interface Seen {
  readonly until: number
  /** Whether others may have it from us; null until that is judged. */
  passOn: boolean | null
  /** It came for neighbors only, so far: it was put out, and is no duplicate for the mesh. */
  nearby: boolean
}

/** A content as others get it from us. */
export interface Kept {
  readonly content: Uint8Array
  /** For which round it goes out. */
  readonly round: number
  readonly until: number
}

/** Contents of one topic. Each kind is kept equally long, so the oldest stand first. */
export class Contents {
  readonly #config: BroadcastConfig
  readonly #seen = new Map<MessageId, Seen>()
  readonly #kept = new Map<MessageId, Kept>()
  #bytes = 0

  constructor(config: BroadcastConfig) {
    this.#config = config
  }

  get ids(): number {
    return this.#seen.size
  }

  /** Bytes of the contents. */
  get bytes(): number {
    return this.#bytes
  }

  get isEmpty(): boolean {
    return this.#seen.size === 0 && this.#kept.size === 0
  }

  seen(id: MessageId): Seen | undefined {
    return this.#seen.get(id)
  }

  see(id: MessageId, nearby: boolean, now: number): void {
    this.#seen.delete(id)
    this.#seen.set(id, { until: now + this.#config.idMs, passOn: null, nearby })
    if (this.#seen.size > BOUNDS.ids) this.#forget(first(this.#seen.keys()))
  }

  kept(id: MessageId): Kept | undefined {
    return this.#kept.get(id)
  }

  /** Keeps a content for Grafts. */
  keep(id: MessageId, content: Uint8Array, round: number, now: number): void {
    this.#drop(id)
    this.#kept.set(id, { content, round, until: now + this.#config.contentMs })
    this.#bytes += content.length
    while (this.#kept.size > BOUNDS.contents || this.#bytes > BOUNDS.contentBytes) this.#drop(first(this.#kept.keys()))
  }

  /** Forgets what is too old. */
  expire(now: number): void {
    for (const [id, { until }] of this.#kept) {
      if (until > now) break
      this.#drop(id)
    }
    for (const [id, { until }] of this.#seen) {
      if (until > now) break
      this.#seen.delete(id)
    }
  }

  clear(): void {
    this.#seen.clear()
    this.#kept.clear()
    this.#bytes = 0
  }

  faults(): string[] {
    const faults: string[] = []
    if (this.#seen.size > BOUNDS.ids) faults.push(`${this.#seen.size} ids are remembered`)
    if (this.#kept.size > BOUNDS.contents) faults.push(`${this.#kept.size} contents are kept`)
    if (this.#bytes > BOUNDS.contentBytes) faults.push(`${this.#bytes} bytes of contents are kept`)
    const bytes = [...this.#kept.values()].reduce((sum, { content }) => sum + content.length, 0)
    if (bytes !== this.#bytes) faults.push(`${bytes} bytes of contents are counted as ${this.#bytes}`)
    return faults
  }

  #forget(id: MessageId | undefined): void {
    if (id === undefined) return
    this.#seen.delete(id)
    this.#drop(id)
  }

  #drop(id: MessageId | undefined): void {
    const kept = id === undefined ? undefined : this.#kept.get(id)
    if (id === undefined || kept === undefined) return
    this.#kept.delete(id)
    this.#bytes -= kept.content.length
  }
}

function first<T>(items: Iterable<T>): T | undefined {
  for (const item of items) return item
  return undefined
}
