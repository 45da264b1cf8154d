/** The contract, implemented once for all hosts. */
import { mapEventIterator } from '@orpc/client'
import { implement, onError, ORPCError, ValidationError } from '@orpc/server'
import { fromString } from 'uint8arrays'
import { contract } from '../../shared/contract.ts'
import type { ErrorShape } from '../../shared/errors.ts'
import { errorShape } from '../../shared/errors.ts'
import { nameLines } from '../../shared/names.ts'
import { joinedKey } from '../../shared/network-of.ts'
import { recentNetworks } from './demos.ts'
import { eventCounts } from './event-counts.ts'
import { previewParts, previewRule } from './alerts/preview.ts'
import { ruleNow } from './alerts/rule-now.ts'
import { eventsPage } from './events-page.ts'
import { EventsThen } from './events-then.ts'
import { comparePictures, heldBy } from './compare.ts'
import { lookedAt } from './exports/look.ts'
import { backupIdentity, replaceIdentity, showIdentity } from './identity.ts'
import { LinesThen } from './journal/lines-of-loss.ts'
import type { Monitor } from './monitor.ts'
import { notedPeers } from './noted-peers.ts'
import { seenIn } from './names/name-book.ts'
import { addOwnTags, removeOwnTags } from './names/own-tags.ts'
import type { Logger } from './open-node.ts'
import { targetParserOf } from './open-node.ts'
import { storedTopologies, storedTopology, topologyChange } from './topologies.ts'
import { breakdownOf, health, seriesOf, whyNetworkOf, whyPeerOf } from './insight/calls.ts'
import { drawnPicture, historySpan, pastParts, storageFigures } from './past.ts'
import { StoredNetworks } from './stored.ts'
import { never } from './turns.ts'
import { watched } from './work.ts'

/** The router of a monitor, as hosts bind it. */
export type MonitorRouter = ReturnType<typeof createRouter>

/** Derives from the contract: a call that is declared there and missing here does not compile. */
export function createRouter(monitor: Monitor) {
  const { alerts, archive } = monitor
  const lines = new LinesThen(monitor.clock)
  const stored = new StoredNetworks(monitor.store, lines)
  const then = new EventsThen()
  const os = implement(contract)
    .use(onError(throwTyped(monitor.logger)))
    .use(async ({ next }) => {
      const { output, context } = await next()
      return { output: isStream(output) ? typedStream(output, monitor.logger) : output, context }
    })
  return os.router({
    app: {
      info: os.app.info.handler(() => monitor.info()),
      cost: os.app.cost.handler(() => monitor.cost()),
      diagnostics: os.app.diagnostics.handler(() => monitor.diagnostics()),
    },
    network: {
      join: os.network.join.handler(({ input }) => monitor.join(input)),
      leave: os.network.leave.handler(() => monitor.leave()),
      recent: os.network.recent.handler(() => recentNetworks(monitor.store, joinedKey(monitor.status()))),
      forget: os.network.forget.handler(({ input }) => monitor.forget(input)),
      demo: os.network.demo.handler(({ input }) => monitor.demo(input.nodes)),
      story: os.network.story.handler(({ input }) => monitor.wishStory(input)),
    },
    view: {
      subscribe: os.view.subscribe.handler(({ signal }) => monitor.view.subscribe(signal ?? never())),
    },
    peers: {
      detail: os.peers.detail.handler(({ input }) => monitor.detail(input.peerId)),
      dial: os.peers.dial.handler(async ({ input, signal }) => {
        const { discovery, kind } = monitor.node()
        const results = await discovery.dial(input.addresses.map(targetParserOf(kind)), signal)
        return results.map(({ peerId, error }, index) => ({
          address: input.addresses[index] ?? '',
          peerId,
          reason: error?.message ?? null,
        }))
      }),
      sync: os.peers.sync.handler(async ({ input, signal }) => monitor.node().discovery.syncWith(input.peerId, signal)),
      ping: os.peers.ping.handler(async ({ input, signal }) => {
        const { rttMs } = await monitor.node().discovery.ping(input.peerId, signal)
        return { rttMs }
      }),
      verify: os.peers.verify.handler(({ input }) => monitor.verify(input.peerId)),
    },
    bootstrap: {
      slots: os.bootstrap.slots.handler(() => monitor.slots()),
      status: os.bootstrap.status.handler(() => monitor.bootstrap()),
      forget: os.bootstrap.forget.handler(({ input }) => {
        const { discovery, kind } = monitor.node()
        return discovery.takeBack(targetParserOf(kind)(input.address))
      }),
    },
    identity: {
      show: os.identity.show.handler(() => showIdentity(monitor.identityParts())),
      backup: os.identity.backup.handler(() => backupIdentity(monitor.identityParts())),
      replace: os.identity.replace.handler(({ input }) =>
        replaceIdentity(monitor.identityParts(), input.replaces, input.secret),
      ),
    },
    self: {
      addTags: os.self.addTags.handler(({ input }) => addOwnTags(monitor.node(), monitor.names(), input.tags)),
      removeTags: os.self.removeTags.handler(({ input }) => removeOwnTags(monitor.node(), input.tags)),
    },
    events: {
      page: os.events.page.handler(async ({ input, signal }) => {
        monitor.learn(input.filter)
        return await eventsPage(await then.from(monitor.past(), input, signal), input, signal)
      }),
    },
    history: {
      sessions: os.history.sessions.handler(({ input }) =>
        monitor.store.sessionsPage({ ...input, networkKey: monitor.networkKey() }),
      ),
      search: os.history.search.handler(({ input: { text, ...options } }) =>
        monitor.store.searchAside(monitor.networkKey(), text, { ...options, names: monitor.names().names }),
      ),
      storage: os.history.storage.handler(() => storageFigures(monitor.store)),
      at: os.history.at.handler(async function* ({ input, signal }) {
        yield* pastParts(await drawnPicture(monitor.past(), lines, input.at, signal))
      }),
      span: os.history.span.handler(() => historySpan(monitor.store, monitor.networkKey())),
      counts: os.history.counts.handler(async ({ input, signal }) =>
        eventCounts(await then.from(monitor.past(), input, signal), input, signal),
      ),
      note: os.history.note.handler(({ input }) => monitor.store.note(monitor.networkKey(), input.peerId)),
      notes: os.history.notes.handler(() => notedPeers(monitor.store, monitor.networkKey())),
      setNote: os.history.setNote.handler(({ input }) =>
        monitor.store.setNote(monitor.networkKey(), input.peerId, input.note),
      ),
    },
    health: {
      now: os.health.now.handler(() => health(monitor)),
      series: os.health.series.handler(({ input, signal }) => seriesOf(monitor, input, signal)),
      breakdown: os.health.breakdown.handler(({ input }) => breakdownOf(monitor, input)),
    },
    why: {
      peer: os.why.peer.handler(({ input, signal }) => whyPeerOf(monitor, input, signal)),
      network: os.why.network.handler(({ input, signal }) => whyNetworkOf(monitor, input, signal)),
    },
    names: {
      list: os.names.list.handler(() => monitor.names().list()),
      add: os.names.add.handler(({ input: { words, onlySeen } }) =>
        monitor.names().add(words, onlySeen ? seenIn(monitor.view.rows()) : undefined),
      ),
      remove: os.names.remove.handler(({ input }) => monitor.names().remove(input.words)),
      import: os.names.import.handler(({ input }) => monitor.names().add(nameLines(input.text))),
    },
    topology: {
      crawl: os.topology.crawl.handler(({ signal }) => monitor.topology().crawl(signal ?? never())),
      ask: os.topology.ask.handler(({ input, signal }) => monitor.topology().ask(input.peerId, signal ?? never())),
      list: os.topology.list.handler(({ input }) => storedTopologies(monitor, input)),
      get: os.topology.get.handler(({ input }) => storedTopology(monitor, input.id)),
      compare: os.topology.compare.handler(({ input }) => topologyChange(monitor, input)),
    },
    exports: {
      file: os.exports.file.handler(({ input, signal }) => {
        monitor.learn(input.filter)
        return archive.file(input, signal)
      }),
      database: os.exports.database.handler(({ signal }) => archive.database(signal ?? never())),
    },
    snapshots: {
      begin: os.snapshots.begin.handler(() => ({ file: archive.uploads.begin() })),
      put: os.snapshots.put.handler(({ input }) =>
        archive.uploads.put(input.file, fromString(input.base64, 'base64pad')),
      ),
      drop: os.snapshots.drop.handler(({ input }) => archive.drop(input.file)),
      verify: os.snapshots.verify.handler(({ input, signal = never() }) =>
        watched(signal, (...watch) => archive.verify(input.file, ...watch)),
      ),
      import: os.snapshots.import.handler(({ input, signal = never() }) =>
        watched(signal, (...watch) => archive.import(input.file, ...watch)),
      ),
      at: os.snapshots.at.handler(async function* ({ input, signal }) {
        yield* pastParts(await archive.playedAt(input.file, input.at, signal))
      }),
      events: os.snapshots.events.handler(({ input, signal }) => archive.playedEvents(input.file, input.query, signal)),
      counts: os.snapshots.counts.handler(({ input }) => archive.playedCounts(input.file, input.query)),
      series: os.snapshots.series.handler(({ input, signal }) => archive.playedSeries(input.file, input.query, signal)),
      breakdown: os.snapshots.breakdown.handler(({ input, signal }) =>
        archive.playedBreakdown(input.file, input.query, signal),
      ),
      whyPeer: os.snapshots.whyPeer.handler(({ input: { file, peerId, at }, signal }) =>
        archive.playedWhyPeer(file, peerId, at, signal),
      ),
      whyNetwork: os.snapshots.whyNetwork.handler(({ input: { file, at }, signal }) =>
        archive.playedWhyNetwork(file, at, signal),
      ),
      look: os.snapshots.look.handler(({ input, signal = never() }) =>
        lookedAt(watched(signal, (...watch) => archive.look(input.file, ...watch))),
      ),
    },
    stored: {
      open: os.stored.open.handler(({ input }) => stored.open(input)),
      at: os.stored.at.handler(async function* ({ input, signal }) {
        yield* pastParts(await stored.at(input, signal))
      }),
      events: os.stored.events.handler(({ input, signal }) => stored.events(input, signal)),
      counts: os.stored.counts.handler(({ input, signal }) => stored.counts(input, signal)),
      sessions: os.stored.sessions.handler(({ input }) => stored.sessions(input)),
      series: os.stored.series.handler(({ input, signal }) => stored.series(input, signal)),
      breakdown: os.stored.breakdown.handler(({ input, signal }) => stored.breakdown(input, signal)),
      whyPeer: os.stored.whyPeer.handler(({ input, signal }) => stored.whyPeer(input, signal)),
      whyNetwork: os.stored.whyNetwork.handler(({ input, signal }) => stored.whyNetwork(input, signal)),
      file: os.stored.file.handler(async function* ({ input: { query, ...which }, signal }) {
        const source = await stored.exported(which, query.at, monitor.clock.now(), signal)
        yield* archive.written(source, query, signal)
      }),
    },
    compare: {
      pictures: os.compare.pictures.handler(({ input, signal = never() }) =>
        comparePictures(monitor, input, signal, stored),
      ),
      held: os.compare.held.handler(({ input, signal }) => heldBy(monitor, input.peerId, signal ?? never())),
    },
    alerts: {
      rules: os.alerts.rules.handler(() => alerts.rules()),
      saveRule: os.alerts.saveRule.handler(({ input: { rule } }) => {
        if ('filter' in rule) monitor.learn(rule.filter)
        return alerts.saveRule(rule)
      }),
      removeRule: os.alerts.removeRule.handler(({ input }) => alerts.removeRule(input.id)),
      list: os.alerts.list.handler(() => alerts.list()),
      dismiss: os.alerts.dismiss.handler(({ input }) => alerts.dismiss(input.ids)),
      clear: os.alerts.clear.handler(() => alerts.clear()),
      preview: os.alerts.preview.handler(({ input }) => previewRule(previewParts(monitor), input.rule)),
      now: os.alerts.now.handler(({ input, signal = never() }) =>
        ruleNow({ view: monitor.view, clock: monitor.clock, parts: () => previewParts(monitor) }, input.rule, signal),
      ),
      test: os.alerts.test.handler(({ input }) => alerts.test(input.rule)),
    },
    settings: {
      get: os.settings.get.handler(() => monitor.settings()),
      set: os.settings.set.handler(({ input }) => monitor.changeSettings(input)),
    },
  })
}

/** Lets errors cross as `{name, code, message}`; what is a defect of ours is logged. For `onError` of a router. */
export function throwTyped(logger: Logger): (error: unknown) => never {
  return (error) => {
    throw typed(error, logger)
  }
}

/** A stream fails after the call that began it: by itself, its error would cross as one of ours, without its words. */
function typedStream(stream: AsyncIterator<unknown>, logger: Logger): AsyncIterator<unknown> {
  return mapEventIterator(stream, {
    value: async (value) => value,
    error: async (error) => typed(error, logger),
  })
}

function isStream(output: unknown): output is AsyncIterator<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output
}

function typed(error: unknown, logger: Logger): ORPCError<string, ErrorShape> {
  const shape = crossing(error)
  if (shape.code === 'Internal') logger.error({ err: error }, 'a call failed')
  return new ORPCError(shape.code, { message: shape.message, data: shape })
}

/** An error as it crosses to the other side. What fails the schema is the caller's argument. */
function crossing(error: unknown): ErrorShape {
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') {
    const issue = error.cause instanceof ValidationError ? error.cause.issues[0] : undefined
    const where = issue?.path?.map(String).join('.') ?? ''
    const message = issue === undefined ? error.message : `${where === '' ? '' : `${where}: `}${issue.message}`
    return { name: 'InvalidArgument', code: 'InvalidArgument', message }
  }
  return errorShape(error)
}
