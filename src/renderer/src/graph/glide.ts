import { between } from './camera.ts'
import type { Camera } from './camera.ts'

const GLIDE_MS = 180

/** The camera on its way to another view. Times in milliseconds on any one clock. */
export class Glide {
  #way: { readonly from: Camera; readonly to: Camera; readonly start: number } | null = null

  /** Where it goes; null while it rests. */
  get to(): Camera | null {
    return this.#way?.to ?? null
  }

  begin(from: Camera, to: Camera, now: number): void {
    this.#way = { from, to, start: now }
  }

  /** Goes elsewhere from here on: what it went to has moved. False, and nothing changes, while it rests. */
  turn(to: Camera): boolean {
    if (this.#way === null) return false
    this.#way = { ...this.#way, to }
    return true
  }

  stop(): void {
    this.#way = null
  }

  /** Where it is now; null while it rests, as it does once it was told that it is there. */
  at(now: number): Camera | null {
    if (this.#way === null) return null
    const { from, to, start } = this.#way
    const share = Math.min(1, Math.max(0, (now - start) / GLIDE_MS))
    if (share < 1) return between(from, to, 1 - (1 - share) ** 3)
    this.#way = null
    return to
  }
}
