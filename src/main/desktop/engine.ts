/** The engine under the window: opens the monitor, notices that it failed, and opens another one in its place. */
import { createRouterClient, ORPCError } from '@orpc/server'
import type { ContractInputs, NetworkStatus } from '../../shared/contract.ts'
import { DEMO_PEERS } from '../../shared/demo-story.ts'
import type { EngineRejoin, EngineState } from '../../shared/desktop-binding.ts'
import { errorShape, Unavailable } from '../../shared/errors.ts'
import type { Monitor } from '../monitor/monitor.ts'
import type { Logger } from '../monitor/open-node.ts'
import type { MonitorRouter } from '../monitor/router.ts'
import type { Call } from './engine-calls.ts'
import { callOf, isStream, STOPPED, stopped, streamWhileRuns, whileRuns } from './engine-calls.ts'
import { failureDetails } from './failure-details.ts'
import { isJoined } from './menu.ts'

/** How long the goodbye of an engine may take, milliseconds. A quit waits a little longer than that. */
export const STOP_MS = 2500

/** Longer words of an error are cut for the window, characters. `details` has them all. */
const MAX_MESSAGE = 500

/** What joins: kept, so that a restart can do it again. */
export type Wish =
  | { readonly kind: 'join'; readonly input: ContractInputs['network']['join'] }
  | { readonly kind: 'demo'; readonly nodes: number }

/** What the engine works with. */
export interface EngineOptions {
  /** Opens a monitor. @throws StoreInUse, StoreFromNewerVersion, and whatever the disk says */
  open(): { readonly monitor: Monitor; readonly router: MonitorRouter }
  readonly logger: Logger
  /** One line that says which program this is, for `details`. */
  readonly about: string
  /** Told when a network could not be joined that the user did not ask for by a call. */
  readonly onJoinFailed: (error: unknown) => void
}

/** Told of each monitor that runs. What it returns is called when that one stops. */
type Follower = (monitor: Monitor) => (() => void) | undefined

/** One monitor from its opening to its end. */
interface Run {
  readonly monitor: Monitor
  /** The contract's call of a path; null where there is none. */
  readonly call: (path: readonly string[]) => Call | null
  readonly ended: AbortController
  readonly followers: (() => void)[]
}

/** The engine: at most one monitor at a time. Nothing restarts it but the user, so a failure cannot loop. */
export class Engine {
  readonly #options: EngineOptions
  readonly #followers: Follower[] = []
  readonly #watchers = new Set<() => void>()
  #state: EngineState = { state: 'starting' }
  #run: Run | null = null
  /** Resolves when the monitor before has let go of the data folder. */
  #stopping: Promise<void> = Promise.resolve()
  #restarting: Promise<EngineState> | null = null
  #wish: Wish | null = null

  constructor(options: EngineOptions) {
    this.#options = options
  }

  get state(): EngineState {
    return this.#state
  }

  /** Null while none runs. Not to be kept: it is another one after a restart. */
  get monitor(): Monitor | null {
    return this.#run?.monitor ?? null
  }

  /** Of the running engine; none where none runs. */
  status(): NetworkStatus {
    return this.monitor?.status() ?? { state: 'none' }
  }

  /** Opens for the first time. A failure is in `state` afterwards. @param wish what to join then, or at the first restart */
  start(wish: Wish | null): void {
    this.#wish = wish
    this.#open()
    this.#fulfil(wish)
  }

  /** Calls `follower` with the running monitor, and with each that is opened later. */
  follow(follower: Follower): void {
    this.#followers.push(follower)
    if (this.#run !== null) this.#begin(this.#run, follower)
  }

  /** The state as it is, then each change, until the signal fires. */
  async *watch(signal: AbortSignal): AsyncGenerator<EngineState> {
    let wake = (): void => undefined
    const onChange = (): void => wake()
    this.#watchers.add(onChange)
    signal.addEventListener('abort', onChange)
    try {
      let shown: EngineState | null = null
      while (!signal.aborted) {
        if (shown === this.#state) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        } else {
          shown = this.#state
          yield shown
        }
      }
    } finally {
      this.#watchers.delete(onChange)
      signal.removeEventListener('abort', onChange)
    }
  }

  /** Called after each change of the state. */
  onChange(listener: (state: EngineState) => void): void {
    this.#watchers.add(() => listener(this.#state))
  }

  /** Something broke that no call answers for: the running monitor is stopped. Does nothing where none runs. */
  fail(error: unknown): void {
    if (this.#run === null) return
    this.#failed('running', error)
  }

  /** Starts it where it has failed. A second call while the first is under way gets the same answer. */
  restart(rejoin: boolean): Promise<EngineState> {
    if (this.#restarting === null && this.#state.state === 'failed')
      this.#restarting = this.#restart(rejoin).finally(() => {
        this.#restarting = null
      })
    return this.#restarting ?? Promise.resolve(this.#state)
  }

  /** Ends it for good: the goodbye is said and the store is closed, or `STOP_MS` have passed. Idempotent; never rejects. */
  close(): Promise<void> {
    if (this.#state.state !== 'closed') {
      this.#stop()
      this.#set({ state: 'closed' })
    }
    return this.#stopping
  }

  /** Joins, and remembers it. @throws Unavailable where no engine runs, and what `Monitor.join` throws */
  async join(input: ContractInputs['network']['join']): Promise<unknown> {
    const { monitor } = this.#running()
    return await this.#wishing({ kind: 'join', input }, () => monitor.join(input))
  }

  /** Starts the demo swarm, and remembers it. @throws Unavailable, and what `Monitor.demo` throws */
  async demo(nodes: number): Promise<unknown> {
    const { monitor } = this.#running()
    return await this.#wishing({ kind: 'demo', nodes }, () => monitor.demo(nodes))
  }

  /** @throws Unavailable where no engine runs */
  async leave(): Promise<unknown> {
    const { monitor } = this.#running()
    this.#wish = null
    return await monitor.leave()
  }

  /** Answers a call of the contract by the running monitor. @throws ORPCError `Unavailable` when none runs or it ends */
  async call(path: readonly string[], input: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    const run = this.#run
    if (run === null) throw stopped()
    const call = run.call(path)
    if (call === null) throw new ORPCError('NOT_FOUND')
    const act = (): Promise<unknown> => call(input, signal === undefined ? {} : { signal })
    const output = await whileRuns(run.ended.signal, this.#noted(path.join('.'), input, act))
    return isStream(output) ? streamWhileRuns(run.ended.signal, output) : output
  }

  /** Calls that join or leave are remembered. Their input is not checked yet: what is malformed is refused by `act`. */
  #noted(name: string, input: unknown, act: () => Promise<unknown>): Promise<unknown> {
    if (name === 'network.leave') this.#wish = null
    const wish = wishOf(name, input)
    return wish === null ? act() : this.#wishing(wish, act)
  }

  /** A wish that could not be fulfilled is forgotten, unless the engine failed meanwhile. */
  async #wishing(wish: Wish, act: () => Promise<unknown>): Promise<unknown> {
    const [run, before] = [this.#run, this.#wish]
    this.#wish = wish
    try {
      return await act()
    } catch (error) {
      if (run === this.#run && this.#wish === wish) this.#wish = isJoined(this.status()) ? before : null
      throw error
    }
  }

  #running(): Run {
    if (this.#run === null) throw new Unavailable(STOPPED)
    return this.#run
  }

  #open(): void {
    this.#set({ state: 'starting' })
    try {
      const { monitor, router } = this.#options.open()
      const client: unknown = createRouterClient(router, { context: {} })
      const call = (path: readonly string[]): Call | null => callOf(client, path)
      const run: Run = { monitor, call, ended: new AbortController(), followers: [] }
      this.#run = run
      for (const follower of this.#followers) this.#begin(run, follower)
      this.#set({ state: 'running' })
    } catch (error) {
      this.#options.logger.error({ err: error }, 'the engine cannot start')
      this.#failed('starting', error)
    }
  }

  async #restart(rejoin: boolean): Promise<EngineState> {
    const wish = rejoin ? this.#wish : null
    this.#wish = wish
    this.#set({ state: 'starting' })
    await this.#stopping
    // The app may have been quit meanwhile.
    if (this.#state.state === 'starting') this.#open()
    this.#fulfil(wish)
    return this.#state
  }

  #fulfil(wish: Wish | null): void {
    if (wish === null || this.#run === null) return
    const joined = wish.kind === 'demo' ? this.demo(wish.nodes) : this.join(wish.input)
    joined.catch((error: unknown) => this.#options.onJoinFailed(error))
  }

  #begin(run: Run, follower: Follower): void {
    const end = follower(run.monitor)
    if (end !== undefined) run.followers.push(end)
  }

  #failed(during: 'starting' | 'running', error: unknown): void {
    const { code, message } = errorShape(error)
    const at = Date.now()
    const rejoin = this.#rejoin(during)
    this.#stop()
    this.#set({
      state: 'failed',
      while: during,
      code,
      message: message.slice(0, MAX_MESSAGE),
      at,
      rejoin,
      details: failureDetails(error, at, this.#options.about),
    })
  }

  /** What a restart would join again. A network that had already failed is not. */
  #rejoin(during: 'starting' | 'running'): EngineRejoin | null {
    const wish = this.#wish
    if (wish === null) return null
    if (during === 'running' && !isJoined(this.#statusOfBroken())) {
      this.#wish = null
      return null
    }
    return wish.kind === 'demo' ? { kind: 'demo' } : { kind: 'network', name: wish.input.network }
  }

  #statusOfBroken(): NetworkStatus {
    try {
      return this.status()
    } catch {
      return { state: 'none' }
    }
  }

  #stop(): void {
    const run = this.#run
    if (run === null) return
    this.#run = null
    run.ended.abort()
    for (const end of run.followers) this.#quietly(end)
    this.#stopping = this.#ended(run.monitor)
  }

  /** Resolves when the monitor is closed; one that does not close lets go of its store at least. */
  async #ended(monitor: Monitor): Promise<void> {
    const { logger } = this.#options
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, STOP_MS, 'late')
    })
    try {
      if ((await Promise.race([monitor.close(), limit])) !== 'late') return
      logger.error(`the engine did not end within ${STOP_MS} ms; its store is closed now`)
    } catch (error) {
      logger.error({ err: error }, 'the engine did not end gracefully')
    } finally {
      clearTimeout(timer)
    }
    this.#quietly(() => monitor.store.close())
  }

  #quietly(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#options.logger.error({ err: error }, 'what follows the engine failed')
    }
  }

  #set(state: EngineState): void {
    this.#state = state
    for (const watcher of this.#watchers) this.#quietly(watcher)
  }
}

/** What a call of the contract joins; null where it joins nothing. */
function wishOf(name: string, input: unknown): Wish | null {
  const given: { readonly network?: unknown; readonly nodes?: unknown } = { ...(input as object | null) }
  if (name === 'network.demo')
    return { kind: 'demo', nodes: typeof given.nodes === 'number' ? given.nodes : DEMO_PEERS }
  if (name !== 'network.join' || typeof given.network !== 'string') return null
  return { kind: 'join', input: { ...given, network: given.network } }
}
