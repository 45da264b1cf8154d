/** What Peerscope does, whatever hosts it: joins and leaves, records, shows. */
import { randomBytes } from 'node:crypto'
import type { AppInfo, ContractInputs, NetworkRef, NetworkStatus, PeerDetail, Settings } from '../../shared/contract.ts'
import type { StoryWish } from '../../shared/demo-story.ts'
import type { BootstrapStatus } from '../../shared/bootstrap.ts'
import type { DhtStatus } from '../../shared/dht.ts'
import { DHT_OFF } from '../../shared/dht.ts'
import type { EntryVerdict } from '../../shared/entry-check.ts'
import type { Cost, Diagnostics } from '../../shared/reports.ts'
import { AlreadyJoined, errorShape, NotJoined, UnknownPeer } from '../../shared/errors.ts'
import { FIRST_EVENTS } from '../../shared/events.ts'
import type { LoggedEvent } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import { networkOf } from '../../shared/network-of.ts'
import { dialectOf } from '../discovery/dialects/dialects.ts'
import type { Discovery, Told } from '../discovery/handle.ts'
import type { Clock } from '../discovery/ports.ts'
import { systemClock } from '../network/clock.ts'
import { systemRandom } from '../network/random.ts'
import { createSignatures } from '../network/signatures.ts'
import { databasePath } from '../store/data-dir.ts'
import { openStore } from '../store/store.ts'
import type { Store } from '../store/types.ts'
import { Alerts } from './alerts/alerts.ts'
import { Archive } from './archive.ts'
import { bootstrapStatus } from './bootstrap.ts'
import type { Demo } from './demo.ts'
import { DEMO_CONFIG, startDemo } from './demo.ts'
import { demoJoined, forgetStored } from './demos.ts'
import { keptEntry, peerDetail } from './detail.ts'
import { diagnose, storeFacts } from './diagnostics.ts'
import { checkEntry } from './entry-check.ts'
import type { IdentityParts } from './identity.ts'
import { whyNow } from './insight/calls.ts'
import type { Insight } from './insight/insight.ts'
import { recentLines } from './log.ts'
import { CostMeter } from './metrics/cost.ts'
import { metricsOf } from './metrics/source.ts'
import type { JoinPlan } from './join-plan.ts'
import { dhtOf, joinPlan, nodeSettings, overriddenBy } from './join-plan.ts'
import { kindInfos } from './kinds/kinds.ts'
import type { LiveNode, Shown } from './life-driver.ts'
import { LifeDriver } from './life-driver.ts'
import type { LiveSource } from './live-source.ts'
import { liveSource } from './live-source.ts'
import type { MonitorOptions } from './monitor-options.ts'
import type { NameBook } from './names/name-book.ts'
import { ShownNames } from './names/shown-names.ts'
import { networkRef } from './network-ref.ts'
import type { Logger, OpenNode } from './open-node.ts'
import { openNode } from './open-node.ts'
import { Session } from './session.ts'
import type { DiagnosticsAnswers } from './running/answer.ts'
import { answerDiagnostics } from './running/answer.ts'
import { changeSettings, loadSettings, mendSettings, retentionOf } from './settings.ts'
import type { Topology } from './topology.ts'
import { View } from './view.ts'

export type { MonitorOptions }

type JoinInput = ContractInputs['network']['join']

/** One Peerscope. */
export class Monitor {
  readonly view: View
  readonly store: Store
  readonly logger: Logger
  readonly clock: Clock
  readonly archive: Archive
  readonly alerts: Alerts
  readonly #cost: CostMeter
  readonly #signatures = createSignatures()
  readonly #options: MonitorOptions
  readonly #statusListeners = new Set<(status: NetworkStatus) => void>()
  readonly #life: LifeDriver<JoinPlan>
  readonly #names: ShownNames
  /** Null where nothing is kept in a folder. */
  readonly #answers: DiagnosticsAnswers | null
  /** Of the network that the view shows. */
  #shown: Session | null = null
  #closed: Promise<void> | null = null

  /** @throws StoreInUse, StoreFromNewerVersion */
  constructor(options: MonitorOptions) {
    this.#options = options
    this.logger = options.logger
    this.clock = options.clock ?? systemClock
    this.store = openStore({
      path: options.dataDir === null ? ':memory:' : databasePath(options.dataDir, process.platform),
      now: () => this.clock.now(),
      onStatus: (status) => this.view.setStore(status),
      logger: options.logger,
      checkAside: true,
      ...(options.cipher === undefined ? {} : { cipher: options.cipher }),
    })
    this.view = new View(this.clock, this.store.status())
    this.#names = new ShownNames(this.store, this.view)
    mendSettings(this.store)
    this.store.setRetention(retentionOf(loadSettings(this.store).retention))
    const { store, view, clock } = this
    this.alerts = new Alerts({ store, view, clock, logger: this.logger, why: () => whyNow(this), ...options.alerts })
    this.#life = new LifeDriver<JoinPlan>({
      startDemo: ({ name, demoNodes }, signal) => startDemo(options.startSwarm, name, demoNodes ?? 0, signal),
      openNode: (plan, demo, signal) => this.#open(plan, demo, signal),
      show: (shown, plan) => this.#show(shown, plan?.network ?? null),
      clock: this.clock,
      logger: this.logger,
    })
    const discovery = (): Discovery | null => this.#session?.node?.discovery ?? null
    const { path: storePath } = this.store.status()
    this.#cost = new CostMeter({ clock: this.clock, stats: () => discovery()?.stats() ?? null, storePath })
    options.metrics?.follow(metricsOf(this, discovery))
    this.archive = new Archive({
      store,
      view,
      clock,
      signatures: this.#signatures,
      network: () => this.network(),
      discovery: () => this.node().discovery,
      flush: () => this.#session?.flush(),
    })
    const { dataDir, logger } = options
    this.#answers = dataDir === null ? null : answerDiagnostics({ dataDir, logger, diagnose: () => this.diagnostics() })
  }

  info(): AppInfo {
    const { info, dataDir } = this.#options
    const overridden = overriddenBy(this.#options)
    return { ...info, dataDir, kinds: kindInfos(), dht: dhtOf(this.#options), overridden }
  }

  /** What the calls about the identity work on. */
  identityParts(): IdentityParts {
    return { store: this.store, dataDir: this.#options.dataDir, signatures: this.#signatures, random: systemRandom }
  }

  status(): NetworkStatus {
    return this.view.status
  }

  /** Called whenever the status was set. */
  onStatus(listener: (status: NetworkStatus) => void): () => void {
    this.#statusListeners.add(listener)
    return () => void this.#statusListeners.delete(listener)
  }

  settings(): Settings {
    return loadSettings(this.store)
  }

  changeSettings(change: ContractInputs['settings']['set']): Settings {
    const settings = changeSettings(this.store, change)
    if (change.retention !== undefined) this.store.setRetention(retentionOf(settings.retention))
    return settings
  }

  /** Of the network that is being joined, is joined or is being left. */
  get #session(): Session | null {
    return this.#life.state === 'failed' ? null : this.#shown
  }

  /** The node of the joined network. @throws NotJoined */
  node(): OpenNode {
    const node = this.#session?.node
    if (node === null || node === undefined) throw new NotJoined('no network is joined; join one first')
    return node
  }

  /** What a window wants of the story of the demo that is joined. Fine without one. */
  wishStory(wish: StoryWish): void {
    this.#session?.swarm?.wish(wish)
  }

  /** What is found out beside what the node tells; null while none is online. */
  insight(): Insight | null {
    return this.#shown?.insight ?? null
  }

  /** Rule DH8: the slots of the joined network in the DHT. */
  slots(): DhtStatus {
    return this.#session?.node?.discovery.slots() ?? DHT_OFF
  }

  /** Rule BS4. */
  bootstrap(): BootstrapStatus {
    return bootstrapStatus(this.#session, this.clock.now())
  }

  /** Who asks the peers of the joined network for their neighbors. @throws NotJoined */
  topology(): Topology {
    if (this.#session === null) throw new NotJoined('no network is joined; join one first')
    return this.#session.topology()
  }

  /** The network that is joined, or that was last shown. @throws NotJoined */
  network(): NetworkRef {
    if (this.#session !== null) return this.#session.network
    const { status } = this.view
    if (status.state === 'none') throw new NotJoined('no network is joined; join one first')
    return status.network
  }

  /** Its key in the store. @throws NotJoined */
  networkKey(): NetworkKey {
    return networkKeyOf(this.network())
  }

  /** The name book of that network. @throws NotJoined */
  names(): NameBook {
    return this.#names.of(this.networkKey())
  }

  /** Words of a filter that name something of the shown network are known from now on. */
  learn(filter = ''): void {
    if ('network' in this.view.status) this.#names.learn(this.names(), filter)
  }

  /** What the past of the shown network is read from. @throws NotJoined */
  past(): LiveSource {
    this.#session?.flush()
    return liveSource(this, this.networkKey(), this.clock.now())
  }

  /** Resolves once online. @throws InvalidArgument, ListenFailed, Cancelled; AlreadyJoined, also while another call runs */
  async join(input: JoinInput): Promise<NetworkStatus> {
    this.#life.checkFree()
    await this.#life.join(this.#plan(input, null))
    return this.view.status
  }

  /** Starts a local swarm and joins it. @throws Unavailable, DemoFailed, and what `join` throws */
  async demo(nodes: number): Promise<NetworkStatus> {
    this.#life.checkFree()
    const network = `demo-${randomBytes(4).toString('hex')}`
    await this.#life.demo(this.#plan({ network, listen: ['/ip4/127.0.0.1/tcp/0'], config: DEMO_CONFIG }, nodes))
    return this.view.status
  }

  /** Graceful; fine when nothing is joined. A join under way is called off. Resolves when nothing runs any longer. */
  async leave(): Promise<NetworkStatus> {
    await this.#life.leave()
    return this.view.status
  }

  /** @throws UnknownPeer, NotJoined */
  async detail(peerId: PeerId): Promise<PeerDetail> {
    const row = this.view.row(peerId)
    if (row === undefined) throw new UnknownPeer(`${peerId} is not known`)
    const discovery = this.#session?.node?.discovery ?? null
    return await peerDetail(row, this.networkKey(), this.store, discovery, this.clock.now())
  }

  /** Checks the kept bytes of a peer's entry once more. @throws UnknownPeer, NotJoined */
  verify(peerId: PeerId): EntryVerdict {
    const { id: networkId, kind } = this.network()
    const discovery = this.#session?.node?.discovery ?? null
    const kept = keptEntry(peerId, this.networkKey(), this.store, discovery)
    if (kept === null && this.view.row(peerId) === undefined) throw new UnknownPeer(`${peerId} is not known`)
    return checkEntry(kept, { peerId, networkId, codec: dialectOf(kind) }, this.#signatures, this.clock.now())
  }

  /** What Peerscope itself costs, since somebody asked last. */
  cost(): Cost {
    return this.#cost.look()
  }

  /** What a bug report needs, without who and where anybody is. */
  async diagnostics(): Promise<Diagnostics> {
    const stored = await storeFacts(this.store)
    const { status } = this.view
    const networkKey = networkOf(status)
    const events = networkKey === null ? [] : this.store.eventsPage({ networkKey, limit: 300 }).events
    return await diagnose({
      at: this.clock.now(),
      app: this.#options.info,
      settings: this.settings(),
      state: status.state,
      discovery: this.#session?.node?.discovery ?? null,
      cost: this.cost(),
      // As they are now: while the bundle is made, others come and go.
      rows: [...this.view.rows()],
      events,
      store: { status: this.store.status(), ...stored },
      rules: this.alerts.rules(),
      alerts: this.alerts.list(),
      log: recentLines(this.logger),
    })
  }

  /** The machine is about to sleep, and may not wake: what waits is written. */
  machineSleeps(): void {
    this.#session?.flush()
    this.store.flush()
  }

  /** Rule WK11: the machine woke, and its clocks may have jumped. */
  machineWoke(): void {
    this.#session?.node?.discovery.clockMayHaveJumped()
  }

  /** Forgets a network and all that is stored of it. @throws AlreadyJoined while it is joined */
  forget({ network, kind = 'peerscope' }: ContractInputs['network']['forget']): void {
    const key = networkKeyOf(networkRef(network, kind))
    if (this.#shown !== null && networkKeyOf(this.#shown.network) === key && !this.#life.idle)
      throw new AlreadyJoined('this network is joined; leave it first')
    forgetStored(this.store, key)
  }

  /** Leaves, stops the demo, writes and closes the store. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#life
      .close()
      .then(() => Promise.all([this.archive.close(), this.alerts.close(), this.#shown?.stored, this.#answers?.close()]))
      .finally(() => this.#cost.close())
      .then(() => this.store.close())
    return this.#closed
  }

  /** @throws InvalidArgument, IdentityLocked */
  #plan(input: JoinInput, demoNodes: number | null): JoinPlan {
    const { overrides } = this.#options
    return joinPlan(input, demoNodes, { store: this.store, settings: this.settings(), overrides })
  }

  /** Begins a session of the planned network and opens its node. Rejects once the node has ended. */
  async #open(plan: JoinPlan, swarm: Demo | null, signal: AbortSignal): Promise<LiveNode> {
    const { network, ownTags, relay, entryVersion } = plan
    const demo = swarm !== null
    const bootstrap = swarm === null ? plan.bootstrap : swarm.addresses.slice(0, 3)
    const { view, store, clock, logger } = this
    const onLogged = (logged: LoggedEvent): void => {
      this.#options.metrics?.event(logged.event)
      this.alerts.event(logged)
    }
    const { purgeAfter: purgeAfterMs } = plan.config
    const given = { network, bootstrap, view, store, clock, demo, relay, purgeAfterMs, onLogged, logger, swarm }
    const session = (this.#shown = new Session(given))
    const before = store.eventsPage({ networkKey: networkKeyOf(network), limit: FIRST_EVENTS }).events
    view.reset([], before)
    this.#names.begin(network, plan.tags)
    this.#setStatus(session.status())
    this.alerts.begin(network, purgeAfterMs)
    const known = await session.load(signal)
    const settings = nodeSettings(plan, this.settings(), this.#options, { demo, bootstrap, known })
    // A node that did not end in time may still tell of its network.
    const onTold = (told: Told): void => void (this.#shown === session && session.take(told))
    const node = await openNode({ ...settings, onTold }, signal)
    try {
      signal.throwIfAborted()
      if (demo) demoJoined(store, network, clock.now())
      else store.networkJoined({ ...network, bootstrap, tags: ownTags, relay, entryVersion, at: clock.now() })
      session.follow(node)
    } catch (error) {
      await node.stop().catch(() => undefined)
      throw error
    }
    // A leave waits for the links too: the network may be forgotten next.
    return { stop: () => Promise.all([node.stop(), session.stored]), ended: node.discovery.ended }
  }

  #show(shown: Shown, network: NetworkRef | null): void {
    const at = this.clock.now()
    const session = this.#shown
    if (shown.status === 'online') {
      if (session !== null) this.#setStatus(session.status())
    } else if (shown.status === 'none' || network === null) {
      // After a failure the alerts were only paused.
      if (this.view.status.state === 'failed') this.alerts.end()
      this.#shown = null
      this.view.reset([], [])
      this.#names.end()
      this.store.flush()
      this.#setStatus({ state: 'none' })
    } else if (shown.status === 'joining') {
      this.#shown = null
      this.view.reset([], [])
      this.#setStatus({ state: 'joining', network, since: at })
    } else if (shown.status === 'failed') {
      session?.end()
      this.alerts.pause()
      this.logger.error({ err: shown.error }, 'the network failed')
      const { code, message } = errorShape(shown.error)
      this.#setStatus({ state: 'failed', network, code, reason: message, at })
    } else {
      this.#setStatus({ state: 'leaving', network })
      session?.end(this.#life.state === 'closing' ? 'closed' : 'left')
      this.alerts.end()
    }
  }

  #setStatus(status: NetworkStatus): void {
    this.view.setStatus(status)
    for (const listener of this.#statusListeners) listener(status)
  }
}
