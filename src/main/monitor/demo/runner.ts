/** Plays the demo's script on its peers: one scene after the other, the same each time. */
import type { DemoBeat, DemoStory, StoryHold } from '../../../shared/demo-story.ts'
import { DEMO_SHOWN } from '../../../shared/demo-story.ts'
import { Internal } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Clock } from '../../discovery/ports.ts'
import { seededRandom } from '../seeded-random.ts'
import type { Act, Chapter, Part, Scene, ScriptSight } from './script.ts'
import type { StorySight } from './sights.ts'

/** How long it stands that something was not seen, milliseconds. */
const UNSEEN_MS = 8000
/** How long what nobody looked at is told at least once somebody does, milliseconds. */
const MISSED_MS = 12_000
/** How long we may be cut off in the middle of what the network answers by itself, milliseconds. */
const LONG_HOLD_MS = 5000
/** What is followed by something in the network's own time: a peer goes silent, halves lose each other. */
const TICKS: ReadonlySet<Act['do']> = new Set<Act['do']>(['crash', 'leave', 'split'])

/** A peer that may get a part. */
export interface Candidate {
  readonly peerId: PeerId
  readonly tags: readonly string[]
  /** Others start from it: it stays. */
  readonly fixed: boolean
}

/** What the script acts on. */
export interface StoryWorld {
  /** Who is there, always in the same order. */
  peers(): readonly Candidate[]
  /** @param tags null for some of its own */
  join(tags: readonly string[] | null): Promise<PeerId>
  /** It ends without a goodbye. Fine where it is gone. */
  crash(peerId: PeerId): Promise<void>
  leave(peerId: PeerId): Promise<void>
  slow(peerId: PeerId, byMs: number): void
  split(): Promise<void>
  heal(): Promise<void>
  /** As at first: nobody is slow or apart, and so many fewer are there as will join. */
  reset(room: number): Promise<void>
  /** Whether some come and go by themselves. */
  churn(on: boolean): void
}

/** What a runner works with. */
export interface RunnerParts {
  readonly script: readonly Chapter[]
  readonly world: StoryWorld
  readonly clock: Clock
  /** Of who gets which part. */
  readonly seed: number
  readonly tell: (story: DemoStory) => void
  /** The host is to look for these until it calls `seen` with the number, or is asked for others. */
  readonly ask: (question: { readonly id: number; readonly sights: readonly StorySight[] }) => void
  /** A scene that failed; the story goes on. */
  readonly failed: (error: unknown) => void
}

/** One story. */
export class StoryRunner {
  readonly #parts: RunnerParts
  #busy: Promise<void> = Promise.resolve()
  #cancel: () => void = () => undefined
  #hold: StoryHold | null = null
  /** Its time stands still: since when, and for how long it did before; milliseconds. */
  #stillSince: number | null = null
  #stood = 0
  /** What comes next, at a moment of the story's own time. */
  #next: { readonly at: number; readonly act: () => void } | null = null
  /** Counts what was asked for; what an earlier wish left is over. */
  #wish = 0
  /** What the host looks for; the number grows with each question. */
  #asked: { readonly id: number; readonly sights: readonly StorySight[]; readonly act: () => void } | null = null
  #questions = 0
  /**
   * The chapter, counted from 1, in which something was done that the network answers in a time of its own, until its last word;
   * null for none.
   */
  #ticking: number | null = null
  /** Whether what was told last was told while nobody looked. */
  #missed = false
  #cast = new Map<Part, PeerId>()
  #random: () => number = () => 0

  constructor(parts: RunnerParts) {
    this.#parts = parts
  }

  /** Plays from a chapter on, counted from 1. What runs is called off; the peers are as before the story first. */
  play(chapter: number): void {
    const wish = this.#over()
    const { script, world } = this.#parts
    this.#tell(chapter, 'begins')
    this.#then(wish, async () => {
      world.churn(false)
      await this.#tried(() => world.reset(newcomers(script[chapter - 1])))
      if (wish === this.#wish) this.#chapter(wish, chapter - 1)
    })
  }

  /** The host sees all that the question with this number asks for. */
  seen(id: number): void {
    // Where it stands still it asks again: until then that may be over.
    if (this.#asked?.id !== id || this.#stillSince !== null) return
    const { act } = this.#asked
    this.#asked = null
    this.#cancel()
    this.#next = null
    act()
  }

  /**
   * Its time stands still, or goes on. What is under way is done. The network's time does not stand still: where that tells on
   * the chapter, it goes on to its last word while nobody looks, and begins again where we were cut off for long.
   * @param hold why it waits; null where it goes on
   */
  hold(hold: StoryHold | null): void {
    const stillFor = this.#parts.clock.monotonic() - (this.#stillSince ?? Infinity)
    this.#hold = hold
    // In such a chapter it stood still only because we were cut off.
    if (stillFor > LONG_HOLD_MS && this.#ticking !== null) this.play(this.#ticking)
    else this.#standOrGo()
  }

  /** Ends it; resolves when nothing of it runs. */
  stop(): Promise<void> {
    this.#over()
    return this.#busy
  }

  /** The story's own time, milliseconds. */
  #now(): number {
    return (this.#stillSince ?? this.#parts.clock.monotonic()) - this.#stood
  }

  #standOrGo(): void {
    const still = this.#hold === 'not connected' || (this.#hold === 'nobody looks' && this.#ticking === null)
    if (still === (this.#stillSince !== null)) return
    const now = this.#parts.clock.monotonic()
    if (this.#stillSince === null) {
      this.#cancel()
      this.#stillSince = now
      return
    }
    this.#stood += now - this.#stillSince
    this.#stillSince = null
    this.#wait()
    if (this.#asked !== null) this.#ask(this.#asked)
  }

  /** Whether the network answers something of this chapter in a time of its own. */
  #tick(chapter: number | null): void {
    this.#ticking = chapter
    this.#standOrGo()
  }

  #tell(chapter: number, beat: DemoBeat, more: Partial<Pick<DemoStory, 'peers' | 'missing'>> = {}): void {
    const { tell, clock } = this.#parts
    this.#missed = this.#hold === 'nobody looks'
    tell({ chapter, beat, peers: [], missing: null, missedAt: this.#missed ? Math.floor(clock.now()) : null, ...more })
  }

  #ask({ sights, act }: { readonly sights: readonly StorySight[]; readonly act: () => void }): void {
    this.#questions += 1
    const id = this.#questions
    this.#asked = { id, sights, act }
    this.#parts.ask({ id, sights })
  }

  /** Waits for what comes next, unless its time stands still. */
  #wait(): void {
    this.#cancel()
    const next = this.#next
    if (next === null || this.#stillSince !== null) return
    this.#cancel = this.#parts.clock.schedule(Math.max(0, next.at - this.#now()), () => {
      this.#next = null
      next.act()
    })
  }

  #over(): number {
    this.#cancel()
    this.#next = null
    this.#asked = null
    this.#wish += 1
    this.#tick(null)
    return this.#wish
  }

  /** One after the other, so that no two scenes run at once. */
  #then(wish: number, act: () => Promise<void>): void {
    const before = this.#busy
    const next = async (): Promise<void> => {
      await before
      if (wish === this.#wish) await act()
    }
    this.#busy = next()
  }

  /** Does it so many milliseconds later, by the story's own time. */
  #after(wish: number, ms: number, act: () => Promise<void>): void {
    this.#next = { at: this.#now() + ms, act: () => this.#then(wish, act) }
    this.#wait()
  }

  #chapter(wish: number, index: number): void {
    const { script, seed, world } = this.#parts
    const chapter = script[index]
    if (chapter === undefined) {
      this.#tell(script.length, 'end')
      this.#then(wish, async () => {
        await this.#tried(() => world.reset(0))
        if (wish === this.#wish) world.churn(true)
      })
      return
    }
    this.#cast = new Map()
    // By the chapter, so that it is the same wherever the story was begun.
    this.#random = seededRandom(seed + index)
    this.#scenes(wish, index, chapter.scenes, chapter.restMs)
  }

  /** Plays these scenes of a chapter one after the other, and after a rest the next chapter. */
  #scenes(wish: number, index: number, [scene, ...rest]: readonly Scene[], restMs: number): void {
    if (scene === undefined) {
      // From here on it waits for who looks.
      this.#tick(null)
      this.#after(wish, this.#missed ? MISSED_MS : restMs, async () => this.#chapter(wish, index + 1))
      return
    }
    const play = async (): Promise<void> => {
      await this.#tried(() => this.#play(index, scene))
      if (wish === this.#wish) this.#scenes(wish, index, rest, restMs)
    }
    const { when } = scene
    if (when === undefined) return this.#after(wish, scene.afterMs, play)
    const unseen = async (): Promise<void> => {
      this.#asked = null
      this.#tell(index + 1, 'unseen', this.#missing([scene, ...rest]))
      // What would come next makes no sense without it; what was done is undone.
      for (const act of [scene, ...rest].flatMap(({ acts = [], always = false }) => (always ? acts : [])))
        if (wish === this.#wish) await this.#tried(() => this.#act(act))
      if (wish === this.#wish) this.#scenes(wish, index, [], UNSEEN_MS)
    }
    this.#after(wish, scene.afterMs, async () => {
      const sights: StorySight[] = []
      await this.#tried(async () => void sights.push(...when.sees.map((one) => this.#sight(one))))
      // Who could not join is never seen.
      if (sights.length < when.sees.length) return await unseen()
      this.#after(wish, when.withinMs, unseen)
      this.#ask({ sights, act: () => this.#then(wish, play) })
    })
  }

  /** What these scenes were to tell next, and about which peers as far as they are known: the network did not show it. */
  #missing(scenes: readonly Scene[]): Pick<DemoStory, 'peers' | 'missing'> {
    const tells = scenes.find((scene) => scene.tells !== undefined)?.tells
    const missing = DEMO_SHOWN.find((beat) => beat === tells?.beat) ?? null
    return { missing, peers: tells?.names.flatMap((part) => this.#cast.get(part) ?? []) ?? [] }
  }

  async #play(index: number, { acts = [], tells }: Scene): Promise<void> {
    if (acts.some((act) => TICKS.has(act.do))) this.#tick(index + 1)
    const done = acts.map((act) => this.#act(act))
    if (tells !== undefined) {
      const peers = tells.names.flatMap((part) => this.#cast.get(part) ?? [])
      // What is done is told while it happens.
      this.#tell(index + 1, tells.beat, { peers })
    }
    await Promise.all(done)
  }

  #sight(sight: ScriptSight): StorySight {
    switch (sight.what) {
      case 'here':
      case 'left':
      case 'silent':
        return { what: sight.what, peerId: this.#who(sight.who) }
      case 'slow':
        return { what: sight.what, peerId: this.#who(sight.who), overMs: sight.overMs }
      case 'middle':
      case 'apart':
      case 'split':
      case 'healed':
        return sight
      case 'whole':
        return { what: sight.what, peers: this.#parts.world.peers().length }
    }
  }

  async #act(act: Act): Promise<void> {
    const { world } = this.#parts
    switch (act.do) {
      case 'join':
        this.#cast.delete(act.as)
        this.#cast.set(act.as, await world.join(act.tags ?? null))
        return
      case 'crash':
        return await world.crash(this.#who(act.who))
      case 'leave':
        return await world.leave(this.#who(act.who))
      case 'slow':
        return world.slow(this.#who(act.who), act.byMs)
      case 'split':
        return await world.split()
      case 'heal':
        return await world.heal()
    }
  }

  /** Who plays a part. */
  #who(part: Part): PeerId {
    const known = this.#cast.get(part)
    if (known !== undefined) return known
    if (JOINERS.has(part)) throw new Internal(`'${part}' did not join`)
    const taken = new Set(this.#cast.values())
    const free = this.#parts.world.peers().filter(({ peerId, fixed }) => !fixed && !taken.has(peerId))
    const relays = free.filter(({ tags }) => tags.includes('role:relay'))
    // Relays are few, and have a chapter of their own.
    const fit = part === 'relay' ? relays : free.filter((one) => !relays.includes(one))
    const from = fit.length > 0 ? fit : free
    const chosen = from[Math.floor(this.#random() * from.length)]
    if (chosen === undefined) throw new Internal(`nobody can play '${part}'`)
    this.#cast.set(part, chosen.peerId)
    return chosen.peerId
  }

  async #tried(act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      this.#parts.failed(error)
    }
  }
}

/** Parts of those who join: nobody who is there can play them. */
const JOINERS: ReadonlySet<Part> = new Set(['newcomer', 'old'])

/** How many of the usual peers join in a chapter. */
function newcomers(chapter: Chapter | undefined): number {
  const acts = chapter?.scenes.flatMap((scene) => scene.acts ?? []) ?? []
  return acts.filter((act) => act.do === 'join' && act.tags === undefined).length
}
